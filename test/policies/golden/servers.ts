import { analyticsNames } from "../../../config/names.ts";
import { PROVIDER, SQL } from "../../../policies/lib/types.ts";
import type { Change } from "../support/fixtures.ts";
import { again, bad, type Breaks, only, OTHER, outside, OWN, without } from "./breaks.ts";

const own = analyticsNames(OWN);
const others = analyticsNames(OTHER);
const LOGINS = only(SQL.role, ({ props }) => props["login"] === true);
const IN_DATABASE = only([SQL.grant, SQL.defaultPrivileges, SQL.schema, SQL.extension]);
const SQL_IN_DATABASE = only([SQL.databaseSetup, SQL.reportingViews]);
const EVERY_SQL = only([SQL.databaseSetup, SQL.reportingViews, SQL.analyticsSchema]);
const PLAIN_TEXT = ["disable", "allow", "prefer", "", undefined];
const POSTGRESQL = "pulumi:providers:postgresql";

/** Databases, their roles, and what SQL is run. */
export const SERVERS: Breaks = {
  "database-per-tenant": [
    ...bad(SQL.database, "name", OTHER, "postgres", undefined),
    ...bad(SQL.database, "owner", OTHER, "postgres", `${OWN}_reporter`, undefined),
    ...bad(SQL.database, "template", "template1", OTHER, undefined),
    ...bad(SQL.database, "isTemplate", true),
    { what: "no database", change: without(SQL.database) },
    { what: "a second database", change: again(SQL.database, {}) },
    { what: "a database outside any tenant", change: outside(SQL.database) },
  ],
  "database-roles": [
    ...["superuser", "createDatabase", "createRole", "replication", "bypassRowLevelSecurity"].flatMap((power) =>
      bad(SQL.role, power, true),
    ),
    ...bad(SQL.role, "encryptedPassword", false, "false"),
    ...bad(LOGINS, "connectionLimit", undefined, -1, 0, 201, "20"),
    ...bad(
      only(SQL.role, ({ props }) => props["login"] !== true),
      "login",
      true,
    ),
  ],
  "no-cross-tenant-grants": [
    ...bad(SQL.role, "name", OTHER, `${OTHER}_reporter`, others.readerRole, others.ownerRole, "postgres", undefined),
    ...bad(SQL.role, "assumeRole", OTHER, "postgres"),
    ...bad(SQL.role, "roles", [OTHER], ["pg_read_all_data"], [OWN, OTHER], [OWN], [own.ownerRole]),
    ...bad(SQL.grant, "role", OTHER, "postgres", undefined),
    ...bad(SQL.grant, "role", own.readerRole),
    ...bad(SQL.grant, "schema", "public", undefined),
    ...bad(SQL.grant, "withGrantOption", true),
    ...bad(SQL.grantRole, "role", OTHER, undefined, `${OWN}_reporter`, own.readerRole, own.ownerRole),
    ...bad(SQL.grantRole, "grantRole", OTHER, "pg_read_server_files", undefined, OWN, own.ownerRole),
    { what: "a reporter who is a member of the owner", change: member(`${OWN}_reporter`, OWN) },
    { what: "an analyst who is a member of the owner", change: member(own.readerRole, own.ownerRole) },
    ...bad(SQL.grantRole, "withAdminOption", true),
    ...bad(SQL.defaultPrivileges, "role", OTHER, undefined, own.readerRole),
    ...bad(SQL.defaultPrivileges, "owner", OTHER, "postgres", undefined, `${OWN}_reporter`),
    ...bad(SQL.defaultPrivileges, "schema", "public", undefined),
    ...bad(SQL.schema, "owner", OTHER, `${OWN}_reporter`),
    ...bad(SQL.schema, "policies.*.role", OTHER, own.readerRole),
    ...bad(SQL.schema, "name", "public", others.schema, others.dataSchema, undefined),
    ...bad(IN_DATABASE, "database", OTHER, "postgres", undefined),
    ...[SQL.role, SQL.grant, SQL.grantRole, SQL.defaultPrivileges, SQL.schema, SQL.extension].map((type) => ({
      what: `a ${type} outside any tenant`,
      change: outside(type),
    })),
  ],
  "no-public-privileges": [
    ...bad(SQL.grant, "role", "public", "PUBLIC", " Public "),
    ...bad(SQL.grantRole, "role", "public"),
    ...bad(SQL.grantRole, "grantRole", "public"),
    ...bad(SQL.defaultPrivileges, "role", "public"),
    ...bad(SQL.defaultPrivileges, "owner", "public"),
    ...bad(SQL.schema, "owner", "public"),
    ...bad(SQL.schema, "policies.*.role", "public", "", undefined),
    ...bad(SQL.role, "name", "public"),
    ...bad(SQL.role, "roles", ["public"]),
  ],
  "provider-connections": [
    ...bad("pulumi:providers:kubernetes", "renderYamlToDirectory", "out"),
    ...bad("pulumi:providers:keycloak", "tlsInsecureSkipVerify", "true", true),
    ...bad("pulumi:providers:keycloak", "url", "http://login.tbwa.example", "HTTPS://login.tbwa.example"),
    ...bad("pulumi:providers:keycloak", "url", "https://evil.example", undefined),
    ...bad("pulumi:providers:keycloak", "realm", OWN, undefined),
    ...bad("pulumi:providers:keycloak", "clientId", "admin-cli", undefined),
    ...bad("pulumi:providers:keycloak", ["__internal", "pluginDownloadURL"], "https://evil.example"),
    ...bad("pulumi:providers:kubernetes", "context", "another"),
    ...bad("pulumi:providers:kubernetes", "clusterIdentifier", "another", undefined),
    ...bad("pulumi:providers:github", "baseUrl", "http://github.tbwa.example/", "https://evil.example/", undefined),
    ...bad("pulumi:providers:github", "owner", "somebody", undefined),
    ...bad("pulumi:providers:github", "insecure", "true", true),
    ...bad(POSTGRESQL, "superuser", "true", true),
    ...bad(POSTGRESQL, "sslmode", "disable", "allow", "prefer", "require", undefined),
    ...bad(POSTGRESQL, "sslMode", "disable"),
    ...bad(POSTGRESQL, "host", "evil.example", "127.0.0.1", undefined),
    ...bad(POSTGRESQL, "port", "6432", undefined),
    ...bad(POSTGRESQL, "database", OWN, undefined),
    ...bad(POSTGRESQL, "username", OWN, "odoo_watchdog", undefined),
    ...Object.values(PROVIDER).map((type) => ({
      what: `a second ${type}`,
      change: again(type, { parent: undefined }),
    })),
    { what: "a provider of a tenant's own", change: again(POSTGRESQL, { props: { host: "evil.example" } }) },
  ],
  "safe-extensions": bad(SQL.extension, "name", "dblink", "postgres_fdw", "file_fdw", "plpython3u", undefined),
  "sql-isolation": [
    ...bad(EVERY_SQL, "tenant", OTHER, undefined),
    ...bad(SQL_IN_DATABASE, "connection.database", OTHER, "postgres", undefined),
    ...bad(EVERY_SQL, "connection.host", "evil.example", undefined),
    ...bad(SQL.analyticsSchema, "watcher", "tenant_other_reader"),
    ...bad(SQL.analyticsSchema, "source.host", "evil.example", undefined),
    ...bad(SQL_IN_DATABASE, "connection.user", OTHER, "postgres", undefined),
    ...bad(EVERY_SQL, "connection.port", 6432, undefined),
    ...bad(EVERY_SQL, "connection.sslmode", "require"),
    ...bad(SQL.analyticsSchema, "source.port", 6432, undefined),
    ...bad(SQL.analyticsSchema, "source.sslmode", "require"),
    ...bad(SQL.analyticsSchema, "connection.user", others.ownerRole, "supabase_admin", undefined),
    ...bad(SQL.analyticsSchema, "connection.database", "keycloak", undefined),
    ...bad(SQL.databaseSetup, "roles.reporter", OWN, `${OTHER}_reporter`, undefined),
    ...bad(SQL.reportingViews, "schema", "public", undefined),
    ...bad(SQL.analyticsSchema, "source.database", OTHER, undefined),
    ...bad(SQL.analyticsSchema, "source.user", OWN, `${OTHER}_reporter`, undefined),
    ...(["schema", "dataSchema", "foreignSchema", "server"] as const).flatMap((key) =>
      bad(SQL.analyticsSchema, `names.${key}`, others[key], undefined),
    ),
    ...bad(SQL.analyticsSchema, "roles.owner", others.ownerRole, "postgres", undefined),
    ...bad(SQL.analyticsSchema, "roles.reader", others.readerRole, undefined),
    ...bad(SQL.analyticsSchema, "connection.database", OWN),
    ...bad(EVERY_SQL, "connection.sslmode", ...PLAIN_TEXT),
    ...bad(SQL.analyticsSchema, "source.sslmode", ...PLAIN_TEXT),
    { what: "the database of another tenant for analytics", stack: "staging", change: againstOther },
    ...EVERY_SQL.types.map((type) => ({ what: `a ${type} outside any tenant`, change: outside(type) })),
  ],
};

/** A membership beside the one that is there. */
function member(role: string, grantRole: string): Change {
  return again(SQL.grantRole, { props: { role, grantRole } });
}

function againstOther(...[resources]: Parameters<ReturnType<typeof without>>): void {
  again(SQL.analyticsSchema, {
    props: {
      ...resources.find(({ type, name }) => type === SQL.analyticsSchema && name.startsWith(OWN))?.props,
      connection: { database: OTHER, sslmode: "verify-full" },
    },
  })(resources);
}
