import { CONSOLE, OIDC_CLIENT_ID } from "../../config/names.ts";
import { FLAG, HARMLESS, judgedBy, only, Part } from "../lib/known.ts";

const FILE = "policies/known/mappers.ts";

const ANY_MAPPER = {
  realmId: judgedBy("realm-per-tenant"),
  clientId: judgedBy("realm-per-tenant"),
  name: HARMLESS,
  addToAccessToken: FLAG,
  addToIdToken: FLAG,
  addToUserinfo: FLAG,
};

/** The names of a person's groups. */
export const GROUP_MEMBERSHIP_MAPPER = new Part(FILE, {
  ...ANY_MAPPER,
  claimName: only("groups"),
  fullPath: only(false),
});

/** The staff's roles, which are the realm's. */
export const REALM_ROLE_MAPPER = new Part(FILE, {
  ...ANY_MAPPER,
  claimName: only("roles"),
  claimValueType: only("String"),
  multivalued: only(true),
});

/** A realm's role that a client's tokens may have. */
export const SCOPE_ROLE = new Part(FILE, {
  realmId: judgedBy("realm-per-tenant"),
  clientId: judgedBy("realm-per-tenant"),
  roleId: judgedBy("realm-per-tenant"),
});

/** A person's roles at Odoo's client or the console's, and at no other. */
export const CLIENT_ROLE_MAPPER = new Part(FILE, {
  ...ANY_MAPPER,
  claimName: only("roles"),
  claimValueType: only("String"),
  clientIdForRoleMappings: only(OIDC_CLIENT_ID, CONSOLE),
  multivalued: only(true),
});
