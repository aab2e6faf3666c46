import { knownNames } from "../../policies/knownNames.ts";
import { add, set } from "./support/fixtures.ts";
import { type Breach, describePolicy, type Tolerated } from "./support/describePolicy.ts";
import { UNKNOWN } from "../../lib/pulumiMarks.ts";

/** A property, or something in it, that only the update would know. */
function unknown(name: string, ...path: string[]): Breach {
  const shown = path.length > 1 ? path.join(".") : (path[0] ?? "");
  return [
    `${name} ${shown}`,
    set(name, path.length > 1 ? path : shown, UNKNOWN),
    name,
    /is not known before the update/,
  ];
}

describePolicy(knownNames, {
  breaches: [
    unknown("acme-web", "metadata.namespace"),
    unknown("acme-web", "metadata.name"),
    unknown("acme-namespace", "metadata.name"),
    unknown("acme-deny", "metadata"),
    unknown("acme-route", "spec.hostnames"),
    unknown("acme-route", "spec.hostnames.1"),
    unknown("acme-route", "spec.parentRefs.0.name"),
    unknown("acme-route", "spec"),
    unknown("platform-redirect", "metadata", "annotations", "external-dns.alpha.kubernetes.io/hostname"),
    unknown("acme-records", "spec.endpoints.0.dnsName"),
    unknown("acme-records", "spec.endpoints.0.targets.0"),
    unknown("acme-certificate", "spec.dnsNames.0"),
    unknown("platform-gateway", "spec.listeners.1.hostname"),
    unknown("platform-gateway", "spec.listeners.1.allowedRoutes"),
    unknown("acme-deny", "spec.podSelector"),
    unknown("acme-allow", "spec.egress.1.to.0.ipBlock.cidr"),
    unknown("acme-database-database", "name"),
    unknown("acme-database-database", "owner"),
    unknown("acme-database-role", "name"),
    unknown("acme-database-role", "roles.0"),
    unknown("acme-database-setup", "connection.database"),
    unknown("acme-analytics-schema", "names.schema"),
    unknown("acme-realm-realm", "realm"),
    unknown("acme-realm-client", "realmId"),
    unknown("acme-realm-client", "validRedirectUris.0"),
    unknown("acme-realm-group", "realmId"),
    unknown("acme-realm-broker", "realm"),
    [
      "a grant in a database",
      add({
        type: "postgresql:index/grant:Grant",
        name: "grant",
        parent: "acme-database",
        props: { database: UNKNOWN },
      }),
      "grant",
      /: database is not known/,
    ],
  ],
  tolerated: [
    ["pods", set("acme-web", "spec.template", UNKNOWN)],
    ["a password", set("acme-database-role", "password", UNKNOWN)],
    ["what a Secret holds", set("acme-config", "stringData", UNKNOWN)],
    ["an id that Keycloak makes", set("acme-realm-client-optional-scopes", "clientId", UNKNOWN)],
  ] satisfies Tolerated[],
  guarded: [],
});
