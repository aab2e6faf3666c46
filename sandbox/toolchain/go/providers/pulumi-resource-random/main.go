// Command pulumi-resource-random serves the random provider to Pulumi.
package main

import (
	"context"

	pf "github.com/pulumi/pulumi-terraform-bridge/v3/pkg/pf/tfbridge"
	"github.com/terraform-providers/terraform-provider-random/shim"
	"odoo-saas.dev/toolchain/providers/bridge"
)

func main() {
	info := bridge.Info(pf.ShimProvider(shim.New()), bridge.Naming{Package: "random", Prefix: "Random"})
	pf.Main(context.Background(), "random", info, pf.ProviderMetadata{PackageSchema: []byte(`{"name":"random"}`)})
}
