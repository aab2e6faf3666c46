import { CONSOLE, OIDC_CLIENT_ID } from "../../config/names.ts";
import { HARMLESS, judgedBy, only, Part } from "../lib/known.ts";

const SECURITY = judgedBy("client-security");

/** Clients of Odoo and of the console: the authorization code flow, by a secret. Lifetimes and flows are the realm's, whatever else Keycloak can do is off. */
export const CLIENT = new Part("policies/known/client.ts", {
  realmId: judgedBy("realm-per-tenant"),
  clientId: only(OIDC_CLIENT_ID, CONSOLE),
  clientSecret: HARMLESS,
  name: HARMLESS,
  enabled: HARMLESS,

  accessType: SECURITY,
  clientAuthenticatorType: only("client-secret"),
  pkceCodeChallengeMethod: SECURITY,
  fullScopeAllowed: SECURITY,
  standardFlowEnabled: only(true),
  implicitFlowEnabled: only(false),
  directAccessGrantsEnabled: only(false),
  serviceAccountsEnabled: only(false),
  backchannelLogoutUrl: judgedBy("client-security", "unique-hosts", "console-clients"),
  backchannelLogoutSessionRequired: only(true),
  useRefreshTokens: only(true),

  validRedirectUris: [SECURITY],
  validPostLogoutRedirectUris: [SECURITY],
  webOrigins: [SECURITY],
});

/** Scopes that the client may be asked for. */
export const CLIENT_OPTIONAL_SCOPES = new Part("policies/known/client.ts", {
  realmId: judgedBy("realm-per-tenant"),
  clientId: judgedBy("realm-per-tenant"),
  optionalScopes: [judgedBy("no-offline-tokens")],
});
