// Command terraform-provider-postgresql serves the PostgreSQL provider to OpenTofu, for the benchmark.
package main

import (
	"github.com/hashicorp/terraform-plugin-sdk/plugin"
	"github.com/terraform-providers/terraform-provider-postgresql/postgresql"
)

func main() {
	plugin.Serve(&plugin.ServeOpts{ProviderFunc: postgresql.Provider})
}
