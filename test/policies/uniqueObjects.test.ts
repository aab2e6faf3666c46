import { KEYCLOAK, PROTOCOL_MAPPERS, SQL } from "../../policies/lib/types.ts";
import { uniqueObjects } from "../../policies/uniqueObjects.ts";
import { add, both, named, type Change, set } from "./support/fixtures.ts";
import { type Breach, describePolicy } from "./support/describePolicy.ts";
import { UNKNOWN } from "../../lib/pulumiMarks.ts";

/** A resource of the compliant stack once more, by another logical name, with other properties. */
function again(name: string, props: Record<string, unknown> = {}): Change {
  return (resources) => {
    const { type, props: own } = named(resources, name);
    add({ type, name: "again", props: { ...own, ...props } })(resources);
  };
}

function twice(type: string, props: Record<string, unknown>): Change {
  return both(add({ type, name: "once", props }), add({ type, name: "again", props }));
}

function refused(what: string, change: Change): Breach {
  return [what, change, "again", /is the same object as [\w-]+, which it would overwrite/];
}

const GRANT = { database: "acme", schema: "reporting", objectType: "table", role: "acme_reporter" };
const MAPPER = { realmId: "acme", clientId: "1", name: "roles" };

function role(name: string, props: Record<string, unknown>): Change {
  return add({ type: KEYCLOAK.role, name, props: { realmId: "acme", name: "x", ...props } });
}

function grant(name: string, to: string): Change {
  return add({ type: SQL.grant, name, props: { ...GRANT, role: to } });
}

describePolicy(uniqueObjects, {
  breaches: [
    ...["acme-namespace", "acme-deny", "acme-web", "acme-route", "platform-priority", "platform-gateway"].map((name) =>
      refused(`the object of ${name} twice`, again(name)),
    ),
    refused(
      "another specification of the same object",
      again("acme-deny", { spec: { podSelector: { matchLabels: { app: "none" } }, policyTypes: ["Ingress"] } }),
    ),
    ...["acme-database-database", "acme-database-role", "acme-database-setup", "acme-analytics-schema"].map((name) =>
      refused(`what ${name} is, twice`, again(name)),
    ),
    ...["realm", "client", "client-optional-scopes", "group", "administrator", "broker"].map((role) =>
      refused(`the realm's ${role} twice`, again(`acme-realm-${role}`)),
    ),
    refused("another client of the same id", again("acme-realm-client", { validRedirectUris: ["https://x.example/"] })),
    refused("a grant that takes away another", twice(SQL.grant, { ...GRANT, privileges: [] })),
    refused("a role of a realm twice", twice(KEYCLOAK.role, { realmId: "acme", name: "x" })),
    refused(
      "two mappers of one name, of different types",
      both(
        add({ type: PROTOCOL_MAPPERS.userClientRole, name: "once", props: MAPPER }),
        add({ type: PROTOCOL_MAPPERS.groupMembership, name: "again", props: MAPPER }),
      ),
    ),
    refused("a team's permission twice", twice("github:index/teamRepository:TeamRepository", { teamId: "a" })),
  ],
  tolerated: [
    [
      "an object of the same name in another namespace",
      again("acme-web", { metadata: { name: "web", namespace: "x" } }),
    ],
    ["an object of another name", again("acme-web", { metadata: { name: "x", namespace: "odoo-acme" } })],
    [
      "an object of another kind",
      add({
        type: "kubernetes:apps/v1:StatefulSet",
        name: "again",
        props: { metadata: { name: "web", namespace: "odoo-acme" } },
      }),
    ],
    ["a client's role of the same name as the realm's", both(role("once", {}), role("again", { clientId: "1" }))],
    ["two random values", twice("random:index/randomPassword:RandomPassword", { length: 40 })],
    ["two objects whose names are not known yet", both(set("acme-web", "metadata.name", UNKNOWN), again("acme-web"))],
    ["grants to two roles", both(grant("once", "acme_reporter"), grant("again", "acme"))],
  ],
  guarded: [["acme-web", "metadata.name"]],
});
