// Package shim hands out the random provider, which its own module keeps internal: Go opens an internal package to
// paths below its parent, so this module takes such a path and is found by a replace in the go.mod beside it.
package shim

import (
	"github.com/hashicorp/terraform-plugin-framework/provider"
	random "github.com/terraform-providers/terraform-provider-random/internal/provider"
)

// New returns the provider as Terraform gets it.
func New() provider.Provider { return random.New() }
