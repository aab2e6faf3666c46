import { CONSOLE_ADMIN_ROLE } from "../../config/names.ts";
import { FLAG, HARMLESS, judgedBy, MapOf, only, partsOf, whole } from "../lib/known.ts";
import { KEYCLOAK } from "../lib/types.ts";

const realmId = judgedBy("realm-per-tenant");

/** People of a realm, what they may be, and what is recorded of them. */
export const PEOPLE = partsOf("policies/known/people.ts", {
  // Of no other roles: those of realm-management would make administrators of people.
  [KEYCLOAK.role]: {
    realmId,
    clientId: judgedBy("realm-per-tenant"),
    name: only("odoo-user", "odoo-admin", CONSOLE_ADMIN_ROLE),
  },
  [KEYCLOAK.group]: { realmId, name: HARMLESS },
  [KEYCLOAK.groupRoles]: {
    realmId,
    groupId: judgedBy("realm-per-tenant"),
    roleIds: [judgedBy("realm-per-tenant")],
    exhaustive: FLAG,
  },
  [KEYCLOAK.user]: {
    realmId,
    username: HARMLESS,
    email: HARMLESS,
    emailVerified: FLAG,
    enabled: FLAG,
    initialPassword: { value: HARMLESS, temporary: judgedBy("realm-people") },
    // What people have changed of themselves, as the state has it.
    attributes: new MapOf(HARMLESS),
    firstName: HARMLESS,
    lastName: HARMLESS,
    requiredActions: [HARMLESS],
  },
  [KEYCLOAK.userGroups]: {
    realmId,
    userId: judgedBy("realm-per-tenant"),
    groupIds: [judgedBy("realm-per-tenant")],
    exhaustive: FLAG,
  },
  [KEYCLOAK.userRoles]: {
    realmId,
    userId: judgedBy("realm-per-tenant"),
    roleIds: [judgedBy("realm-per-tenant")],
    exhaustive: FLAG,
  },
  [KEYCLOAK.realmEvents]: {
    realmId,
    eventsEnabled: only(true),
    // 30 days at least.
    eventsExpiration: whole(30 * 86400, 366 * 86400),
    adminEventsEnabled: only(true),
    adminEventsDetailsEnabled: only(false),
    eventsListeners: [only("jboss-logging")],
  },
});
