// Command pulumi-resource-keycloak serves the Keycloak provider to Pulumi.
package main

import (
	"github.com/keycloak/terraform-provider-keycloak/provider"
	"github.com/pulumi/pulumi-terraform-bridge/v3/pkg/tfbridge"
	shimv2 "github.com/pulumi/pulumi-terraform-bridge/v3/pkg/tfshim/sdk-v2"
	"odoo-saas.dev/toolchain/providers/bridge"
)

func main() {
	info := bridge.Info(shimv2.NewProvider(provider.KeycloakProvider(nil)), bridge.Naming{
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
