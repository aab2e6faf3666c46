// Command terraform-provider-keycloak serves the Keycloak provider to OpenTofu, for the benchmark.
package main

import (
	"github.com/hashicorp/terraform-plugin-sdk/v2/helper/schema"
	"github.com/hashicorp/terraform-plugin-sdk/v2/plugin"
	"github.com/keycloak/terraform-provider-keycloak/provider"
)

func main() {
	plugin.Serve(&plugin.ServeOpts{ProviderFunc: func() *schema.Provider { return provider.KeycloakProvider(nil) }})
}
