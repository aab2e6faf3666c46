// Command pulumi-resource-postgresql serves the PostgreSQL provider to Pulumi.
package main

import (
	"github.com/hashicorp/terraform-plugin-sdk/helper/schema"
	"github.com/pulumi/pulumi-terraform-bridge/v3/pkg/tfbridge"
	shimv1 "github.com/pulumi/pulumi-terraform-bridge/v3/pkg/tfshim/sdk-v1"
	"github.com/terraform-providers/terraform-provider-postgresql/postgresql"
	"odoo-saas.dev/toolchain/providers/bridge"
)

func main() {
	provider := postgresql.Provider().(*schema.Provider)
	// The provider's own check refuses these fields: they name each other without the path of their block.
	policy := provider.ResourcesMap["postgresql_schema"].Schema["policy"].Elem.(*schema.Resource)
	for _, field := range policy.Schema {
		field.ConflictsWith = nil
	}
	info := bridge.Info(shimv1.NewProvider(provider), bridge.Naming{Package: "postgresql"})
	tfbridge.Main("postgresql", bridge.Version, info, []byte(`{"name":"postgresql"}`))
}
