import { Client } from "@pulumi/keycloak/openid/client.js";
import { ClientOptionalScopes } from "@pulumi/keycloak/openid/clientOptionalScopes.js";
import type { Realm } from "@pulumi/keycloak/realm.js";
import type * as pulumi from "@pulumi/pulumi";
import { RandomPassword } from "@pulumi/random/randomPassword.js";

/** What clients differ in. */
export interface ConfidentialClientArgs {
  readonly realm: Realm;
  readonly clientId: string;
  /** Shown to people. */
  readonly name: string;
  /** Exact addresses that a log-in returns to. */
  readonly redirects: readonly string[];
  /** Exact addresses that a log-out returns to. */
  readonly afterLogout: readonly string[];
  /**
   * Address that Keycloak tells of each session that ends.
   *
   * @default none
   */
  readonly backchannelLogout?: string;
  /** Raised by one to replace the secret; a secret that is given is used as it is. */
  readonly secret: { readonly generation: number } | pulumi.Output<string>;
}

/** How a person's roles reach the console: in the ID token and the user's data, and in no access token. */
export const ROLES_CLAIM = {
  name: "roles",
  claimName: "roles",
  multivalued: true,
  addToIdToken: true,
  addToAccessToken: false,
  addToUserinfo: true,
} as const;

/** A client that proves itself by a secret and uses the authorization code flow with PKCE alone. */
export function confidentialClient(
  name: string,
  { realm, clientId, redirects, afterLogout, backchannelLogout, ...args }: ConfidentialClientArgs,
  child: pulumi.CustomResourceOptions,
): { readonly client: Client; readonly secret: pulumi.Output<string> } {
  const secret = "generation" in args.secret ? randomSecret(name, args.secret.generation, child) : args.secret;
  const client = new Client(
    `${name}-client`,
    {
      realmId: realm.realm,
      clientId,
      name: args.name,
      enabled: true,
      accessType: "CONFIDENTIAL",
      clientSecret: secret,
      standardFlowEnabled: true,
      implicitFlowEnabled: false,
      directAccessGrantsEnabled: false,
      serviceAccountsEnabled: false,
      fullScopeAllowed: false,
      pkceCodeChallengeMethod: "S256",
      validRedirectUris: [...redirects],
      validPostLogoutRedirectUris: [...afterLogout],
      webOrigins: [],
      ...(backchannelLogout === undefined
        ? {}
        : { backchannelLogoutUrl: backchannelLogout, backchannelLogoutSessionRequired: true }),
    },
    child,
  );
  // Keycloak gives a new client the realm's optional scopes. With offline_access among them, whoever redeems a code has tokens
  // without an end. No client of ours asks for any of them.
  new ClientOptionalScopes(
    `${name}-client-optional-scopes`,
    { realmId: realm.realm, clientId: client.id, optionalScopes: [] },
    child,
  );
  return { client, secret };
}

function randomSecret(name: string, generation: number, child: pulumi.CustomResourceOptions): pulumi.Output<string> {
  const keepers = { generation: String(generation) };
  return new RandomPassword(`${name}-client-secret`, { length: 40, special: false, keepers }, child).result;
}
