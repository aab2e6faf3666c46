// Command pulumi-resource-github serves the GitHub provider to Pulumi.
package main

import (
	"github.com/hashicorp/terraform-plugin-sdk/helper/schema"
	"github.com/integrations/terraform-provider-github/v5/github"
	"github.com/pulumi/pulumi-terraform-bridge/v3/pkg/tfbridge"
	shimv1 "github.com/pulumi/pulumi-terraform-bridge/v3/pkg/tfshim/sdk-v1"
	"odoo-saas.dev/toolchain/providers/bridge"
)

func main() {
	provider := github.Provider().(*schema.Provider)
	info := bridge.Info(shimv1.NewProvider(provider), bridge.Naming{Package: "github"})
	tfbridge.Main("github", bridge.Version, info, []byte(`{"name":"github"}`))
}
