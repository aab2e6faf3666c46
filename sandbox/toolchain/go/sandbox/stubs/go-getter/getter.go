// Package getter stands in for go-getter, with the clients of three clouds and git that it brings: the Terraform providers
// name it in code that fetches modules and plugins, which no provider runs.
package getter

import (
	"errors"
	"net/http"
)

var errLeftOut = errors.New("go-getter is left out of the sandbox's providers")

type (
	// Getter would fetch from one kind of place.
	Getter any
	// Detector would tell the kind of place from an address.
	Detector any
	// HttpGetter would fetch by HTTP.
	HttpGetter struct {
		Client *http.Client
		Netrc  bool
	}
	// FolderStorage would keep what was fetched.
	FolderStorage struct{ StorageDir string }
)

var (
	Getters   = map[string]Getter{}
	Detectors []Detector
)

// Get always fails.
func Get(dst, src string) error { return errLeftOut }

// Detect always fails.
func Detect(src, pwd string, detectors []Detector) (string, error) { return "", errLeftOut }

// SourceDirSubdir finds no folder inside of an address.
func SourceDirSubdir(src string) (string, string) { return src, "" }

// SubdirGlob always fails.
func SubdirGlob(dst, subdir string) (string, error) { return "", errLeftOut }

// Get always fails.
func (*FolderStorage) Get(key, source string, update bool) error { return errLeftOut }

// Dir finds nothing.
func (*FolderStorage) Dir(key string) (string, bool, error) { return "", false, errLeftOut }
