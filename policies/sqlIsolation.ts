import {
  analyticsNames,
  CONSOLE_ANALYTICS_ROLE,
  CONSOLE_DATABASE,
  databaseName,
  databaseRole,
  reporterRole,
} from "../config/names.ts";
import type { Accepted } from "./lib/known.ts";
import { strictness, tenantPolicy } from "./lib/policy.ts";
import { configured, settingsFile, stackSettings } from "./lib/stackSettings.ts";
import { PRIVATE_DATABASE, SQL } from "./lib/types.ts";
import { stackName } from "./lib/urn.ts";

/** What SQL is run for a tenant runs in its own database, as its own role, and makes what is named after it. */
export const sqlIsolation = tenantPolicy({
  name: "sql-isolation",
  description:
    "SQL of a tenant must run on the stack's servers, in its own database and schemas, as its own roles, over TLS.",
  options: { requireTls: strictness("Whether connections to the databases must be encrypted.") },
  types: [SQL.databaseSetup, PRIVATE_DATABASE, SQL.reportingViews, SQL.analyticsSchema],
  check(node, report, { requireTls }) {
    const { tenant, type, props } = node;
    const ofConsole = node.console && type === PRIVATE_DATABASE;
    if (tenant === undefined && !ofConsole) {
      // Stryker disable next-line StringLiteral: Only the path that a message names; the violation is the same.
      report(node, props.at("tenant"), "is outside any tenant", "Make it inside the OdooTenant that it belongs to");
      return;
    }
    for (const [path, expected] of expectations(type, tenant ?? "")) {
      const field = props.at(...path.split("."));
      if (!field.mayBe(expected)) {
        report(node, field, `is ${field.shown}, expected "${expected}"`, "config/names.ts has the tenant's names");
      }
    }
    const watcher = props.at("watcher");
    if (type === SQL.analyticsSchema && !watcher.mayBe(undefined, CONSOLE_ANALYTICS_ROLE)) {
      report(
        node,
        watcher,
        `is ${watcher.shown}, expected "${CONSOLE_ANALYTICS_ROLE}"`,
        "Let the console's own role ask",
      );
    }
    // The password goes to whatever answers there.
    const stack = stackName(node.urn);
    for (const [path, expected] of places(type, stack)) {
      const field = props.at(...path.split("."));
      if (field.known && !expected.accepts(field.value)) {
        report(node, field, `is ${field.shown}, expected ${expected.expected}`, `Set it in ${settingsFile(stack)}`);
      }
    }
    for (const key of ["connection", "source"]) {
      const sslmode = props.at(key, "sslmode");
      if (requireTls && props.at(key).present && !sslmode.mayBe("require", "verify-ca", "verify-full")) {
        report(
          node,
          sslmode,
          `is ${sslmode.shown}, which sends data in plain text`,
          "Set verify-full in the stack's configuration",
        );
      }
    }
  },
  checkStack(graph, report) {
    for (const node of graph.ofType(SQL.database)) {
      // A database that is not opened by its set-up was made open to everybody, or is closed to its owner.
      if (node.console && !graph.ofType(PRIVATE_DATABASE).some(({ console }) => console)) {
        report(
          node,
          "",
          "has no PrivateDatabase, which keeps others out of it",
          "components/consoleDatabase.ts makes it",
        );
      }
    }
    const databases = [...[...graph.tenants].map(databaseName), CONSOLE_DATABASE];
    for (const node of graph.ofType(SQL.analyticsSchema)) {
      const database = node.props.at("connection", "database");
      // Stryker disable next-line ConditionalExpression: A missing name is in no list of databases: nothing changes.
      if (database.text !== undefined && databases.includes(database.text)) {
        report(
          node,
          database,
          `is ${database.shown}: a tenant's own, or the console's`,
          "Name the database of the analytics server",
        );
      }
    }
  },
});

/** The server of each connection, and on the analytics server who the program is there, by its path. */
function places(type: string, stack: string): readonly (readonly [path: string, expected: Accepted])[] {
  const settings = stackSettings(stack);
  const { tenantsDatabase: tenants, analyticsDatabase: analytics } = settings ?? {};
  const says = (key: string, server: Readonly<Record<string, string | number | undefined>>) =>
    Object.entries(server).map(([part, value]) => [`${key}.${part}`, configured(stack, value)] as const);
  if (type !== SQL.analyticsSchema) {
    return says("connection", { host: tenants?.host, port: tenants?.port, sslmode: tenants?.sslmode });
  }
  const { host, port, database, user, sslmode } = analytics ?? {};
  return [
    ...says("connection", { host, port, database, user, sslmode }),
    ...says("source", {
      host: analytics?.tenantsHost ?? tenants?.clusterHost ?? tenants?.host,
      port: analytics?.tenantsPort ?? tenants?.clusterPort ?? tenants?.port,
      sslmode: tenants?.sslmode,
    }),
  ];
}

/** What each property must be, by its path. */
function expectations(type: string, tenant: string): readonly (readonly [path: string, value: string])[] {
  if (type === PRIVATE_DATABASE) {
    return [
      ["connection.database", CONSOLE_DATABASE],
      ["connection.user", CONSOLE_DATABASE],
    ];
  }
  const analytics = analyticsNames(tenant);
  const reporter = reporterRole(tenant);
  if (type === SQL.analyticsSchema) {
    return [
      ["tenant", tenant],
      ["source.database", databaseName(tenant)],
      // Reads the reporting schema and nothing else: not the role that Odoo itself has.
      ["source.user", reporter],
      ["names.schema", analytics.schema],
      ["names.dataSchema", analytics.dataSchema],
      ["names.foreignSchema", analytics.foreignSchema],
      ["names.server", analytics.server],
      ["roles.owner", analytics.ownerRole],
      ["roles.reader", analytics.readerRole],
    ];
  }
  const own = [
    ["tenant", tenant],
    ["connection.database", databaseName(tenant)],
    ["connection.user", databaseRole(tenant)],
  ] as const;
  return type === SQL.databaseSetup ? [...own, ["roles.reporter", reporter]] : [...own, ["schema", "reporting"]];
}
