import { HARMLESS, judgedBy, only, Part } from "../lib/known.ts";

const SECURITY = judgedBy("broker-security");

/** A company's own provider. Its accounts are linked by the realm's own first log-in, which asks for a proof. */
export const IDENTITY_PROVIDER = new Part("policies/known/identityProvider.ts", {
  realm: judgedBy("realm-per-tenant"),
  alias: HARMLESS,
  displayName: HARMLESS,
  issuer: SECURITY,
  authorizationUrl: SECURITY,
  tokenUrl: SECURITY,
  jwksUrl: SECURITY,
  validateSignature: SECURITY,
  clientId: HARMLESS,
  clientSecret: HARMLESS,
  defaultScopes: only("openid profile email"),
  trustEmail: only(false),
  storeToken: only(false),
  syncMode: only("IMPORT"),

  // What the provider fills in.
  backchannelSupported: only(true),
  enabled: only(true),
  firstBrokerLoginFlowAlias: only("first broker login"),
  providerId: only("oidc"),
});
