// Command providers serves one of the Pulumi providers that the sandbox uses, by the name that it is called by.
package main

import (
	"context"
	"log"
	"os"
	"path/filepath"

	"github.com/hashicorp/terraform-plugin-sdk/helper/schema"
	keycloak "github.com/keycloak/terraform-provider-keycloak/provider"
	kubernetes "github.com/pulumi/pulumi-kubernetes/provider/v4/pkg/provider"
	pf "github.com/pulumi/pulumi-terraform-bridge/v3/pkg/pf/tfbridge"
	"github.com/pulumi/pulumi-terraform-bridge/v3/pkg/tfbridge"
	shimv1 "github.com/pulumi/pulumi-terraform-bridge/v3/pkg/tfshim/sdk-v1"
	shimv2 "github.com/pulumi/pulumi-terraform-bridge/v3/pkg/tfshim/sdk-v2"
	"github.com/terraform-providers/terraform-provider-postgresql/postgresql"
	random "github.com/terraform-providers/terraform-provider-random/shim"
	"odoo-saas.dev/toolchain/providers/bridge"
)

// The versions of the SDKs, which are those that the engine asks for, are set when linking.
var kubernetesVersion, keycloakVersion, postgresqlVersion, randomVersion string

func main() {
	switch name := filepath.Base(os.Args[0]); name {
	case "pulumi-resource-kubernetes":
		serveKubernetes()
	case "pulumi-resource-keycloak":
		serveKeycloak()
	case "pulumi-resource-postgresql":
		servePostgresql()
	case "pulumi-resource-random":
		serveRandom()
	default:
		log.Fatalf("no provider is named %q", name)
	}
}

// The schema, which imports need, and the mapping lie beside the program: they belong to the provider's module, from
// which nothing can be embedded here.
func serveKubernetes() {
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
	kubernetes.Serve("kubernetes", kubernetesVersion, beside("schema.json"), beside("terraform-mapping.json"))
}

func serveKeycloak() {
	bridge.Version = keycloakVersion
	info := bridge.Info(shimv2.NewProvider(keycloak.KeycloakProvider(nil)), bridge.Naming{
		Package: "keycloak",
		Modules: []string{"authentication", "ldap", "oidc", "openid", "saml"},
		Resources: map[string]string{
			"attribute_to_role_identity_provider_mapper": "AttributeToRoleIdentityMapper",
			"custom_identity_provider_mapper":            "CustomIdentityProviderMapping",
			"hardcoded_role_identity_provider_mapper":    "HardcodedRoleIdentityMapper",
			"openid_client_client_policy":                "ClientPolicy",
			"realm_keystore_java_keystore":               "RealmKeystoreJavaGenerated",
			"saml_client_default_scopes":                 "ClientDefaultScope",
		},
	})
	tfbridge.Main("keycloak", bridge.Version, info, []byte(`{"name":"keycloak"}`))
}

func servePostgresql() {
	bridge.Version = postgresqlVersion
	provider := postgresql.Provider().(*schema.Provider)
	// The provider's own check refuses these fields: they name each other without the path of their block.
	policy := provider.ResourcesMap["postgresql_schema"].Schema["policy"].Elem.(*schema.Resource)
	for _, field := range policy.Schema {
		field.ConflictsWith = nil
	}
	info := bridge.Info(shimv1.NewProvider(provider), bridge.Naming{Package: "postgresql"})
	tfbridge.Main("postgresql", bridge.Version, info, []byte(`{"name":"postgresql"}`))
}

func serveRandom() {
	bridge.Version = randomVersion
	info := bridge.Info(pf.ShimProvider(random.New()), bridge.Naming{Package: "random", Prefix: "Random"})
	pf.Main(context.Background(), "random", info, pf.ProviderMetadata{PackageSchema: []byte(`{"name":"random"}`)})
}
