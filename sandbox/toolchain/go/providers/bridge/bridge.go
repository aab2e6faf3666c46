// Package bridge names the resources of a Terraform provider as the Pulumi SDK of the same provider does.
package bridge

import (
	"strings"
	"unicode"

	"github.com/pulumi/pulumi-terraform-bridge/v3/pkg/tfbridge"
	shim "github.com/pulumi/pulumi-terraform-bridge/v3/pkg/tfshim"
	"github.com/pulumi/pulumi/sdk/v3/go/common/tokens"
)

// Version is what a plugin answers when the engine asks: the version of the SDK that it stands in for, set when linking.
var Version = "0.0.1"

// Naming says how the names of one provider are made.
type Naming struct {
	// Package is the Pulumi package, and the prefix of every Terraform name: "keycloak".
	Package string
	// Prefix goes before each resource's name: "Random" for RandomPassword.
	Prefix string
	// Modules are the leading words of a Terraform name that are a Pulumi module; others are in "index".
	Modules []string
	// Resources holds the names that the rule does not give: Terraform's name without the package, to Pulumi's.
	Resources map[string]string
}

// Info describes the provider to the bridge.
//
// No schema is embedded: only `pulumi package` and languages without an SDK ask for it.
func Info(p shim.Provider, n Naming) tfbridge.ProviderInfo {
	info := tfbridge.ProviderInfo{
		P:            p,
		Name:         n.Package,
		Version:      Version,
		Resources:    map[string]*tfbridge.ResourceInfo{},
		DataSources:  map[string]*tfbridge.DataSourceInfo{},
		MetadataInfo: tfbridge.NewProviderMetadata([]byte("{}")),
	}
	p.ResourcesMap().Range(func(key string, _ shim.Resource) bool {
		module, name := n.split(key)
		name = n.Prefix + name
		token := tokens.NewTypeToken(n.member(module, name), tokens.TypeName(name))
		info.Resources[key] = &tfbridge.ResourceInfo{Tok: tokens.Type(token)}
		return true
	})
	p.DataSourcesMap().Range(func(key string, _ shim.Resource) bool {
		module, name := n.split(key)
		name = "get" + n.Prefix + name
		info.DataSources[key] = &tfbridge.DataSourceInfo{
			Tok: tokens.NewModuleMemberToken(n.member(module, name), tokens.ModuleMemberName(name)),
		}
		return true
	})
	return info
}

func (n Naming) member(module, name string) tokens.Module {
	file := string(unicode.ToLower(rune(name[0]))) + name[1:]
	return tokens.Module(n.Package + ":" + module + "/" + file)
}

func (n Naming) split(key string) (module, name string) {
	rest := strings.TrimPrefix(key, n.Package+"_")
	module = "index"
	override, ok := n.Resources[rest]
	for _, m := range n.Modules {
		if after, found := strings.CutPrefix(rest, m+"_"); found {
			module, rest = m, after
			break
		}
	}
	if ok {
		return module, override
	}
	var b strings.Builder
	for _, word := range strings.Split(rest, "_") {
		b.WriteString(strings.ToUpper(word[:1]) + word[1:])
	}
	return module, b.String()
}
