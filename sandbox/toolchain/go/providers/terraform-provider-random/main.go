// Command terraform-provider-random serves the random provider to OpenTofu, for the benchmark.
package main

import (
	"context"
	"log"

	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/terraform-providers/terraform-provider-random/shim"
)

func main() {
	options := providerserver.ServeOpts{Address: "registry.opentofu.org/hashicorp/random", ProtocolVersion: 5}
	if err := providerserver.Serve(context.Background(), shim.New, options); err != nil {
		log.Fatal(err)
	}
}
