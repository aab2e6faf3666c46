// Command pulumi-resource-kubernetes serves the Kubernetes provider to Pulumi.
package main

import (
	"log"
	"os"
	"path/filepath"

	"github.com/pulumi/pulumi-kubernetes/provider/v4/pkg/provider"
)

// The schema, which imports need, and the mapping lie beside the program: they belong to the provider's module, from
// which nothing can be embedded here.
func main() {
	executable, err := os.Executable()
	if err != nil {
		log.Fatal(err)
	}
	beside := func(name string) []byte {
		data, err := os.ReadFile(filepath.Join(filepath.Dir(executable), name))
		if err != nil {
			log.Fatal(err)
		}
		return data
	}
	provider.Serve("kubernetes", "4.18.2", beside("schema.json"), beside("terraform-mapping.json"))
}
