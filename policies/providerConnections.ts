import type { Field } from "./lib/field.ts";
import type { Graph, Node } from "./lib/graph.ts";
import type { Accepted } from "./lib/known.ts";
import { strictness, type StackReport, tenantPolicy } from "./lib/policy.ts";
import { configured, optional, settingsFile, type StackSettings, stackSettings } from "./lib/stackSettings.ts";
import { PROVIDER } from "./lib/types.ts";
import { stackName } from "./lib/urn.ts";

/** Properties of a connection and what each may be. */
type Connection = Readonly<Record<string, Accepted>>;

/** Administrators' passwords and every tenant's secrets go through these connections. */
export const providerConnections = tenantPolicy({
  name: "provider-connections",
  description:
    "Providers must connect to the stack's servers, one for each, by TLS that is verified, without a superuser, and write nothing to disk.",
  types: Object.values(PROVIDER),
  options: { requireTls: strictness("Whether connections of providers must be encrypted.") },
  check(node, report, { requireTls }) {
    const { props } = node;
    const reportField = (field: Field, wrong: string, fix: string) => report(node, field, wrong, fix);
    checkServer(node, report);
    const folder = props.at("renderYamlToDirectory");
    if (folder.present && !folder.mayBe("")) reportField(folder, "writes Secrets to disk in plain text", "Remove it");
    const plugin = props.at("__internal", "pluginDownloadURL");
    if (plugin.present) reportField(plugin, "has the provider's own program come from somewhere else", "Remove it");
    for (const key of ["tlsInsecureSkipVerify", "superuser", "insecure"]) {
      // Provider properties of other types than text are JSON.
      const field = props.at(key);
      // Stryker disable next-line StringLiteral: Stricter: an empty folder name, which means none, would be refused.
      if (!field.mayBe(undefined, false, "false", ""))
        reportField(field, `is ${field.shown}, expected false`, "Set it to false");
    }
    if (!requireTls) return;
    for (const [key, setting] of [
      ["url", "keycloak.url"],
      ["baseUrl", "github.apiUrl"],
    ] as const) {
      const url = props.at(key);
      if (url.known && url.present && !url.text?.startsWith("https://")) {
        reportField(url, `is ${url.shown}, expected an https address`, `Set odoo-saas:${setting} so`);
      }
    }
    for (const key of ["sslmode", "sslMode"]) {
      const field = props.at(key);
      if (!field.mayBe(undefined, "require", "verify-ca", "verify-full")) {
        reportField(field, `is ${field.shown}, which may send passwords in plain text`, "Set sslmode to verify-full");
      }
    }
  },
  checkStack(graph, report) {
    for (const type of Object.values(PROVIDER)) checkSecond(graph, type, report);
  },
});

/** The passwords go to whatever answers there. */
function checkServer(node: Node, report: StackReport): void {
  const stack = stackName(node.urn);
  const choices = connections(node.type, stack);
  const [closest] = choices
    .map((connection) => differences(node, connection))
    .sort((one, other) => one.length - other.length);
  for (const [field, expected] of closest ?? []) {
    report(node, field, `is ${field.shown}, expected ${expected}`, `Set it in ${settingsFile(stack)}`);
  }
}

function differences({ props }: Node, connection: Connection): (readonly [Field, string])[] {
  return Object.entries(connection).flatMap(([key, accepted]) => {
    const field = props.at(key);
    return !field.known || accepted.accepts(field.value) ? [] : [[field, accepted.expected] as const];
  });
}

/** What a provider of a type may connect to: of PostgreSQL there are two servers. */
function connections(type: string, stack: string): Connection[] {
  const settings = stackSettings(stack);
  if (type === PROVIDER.postgresql) return databases(stack, settings);
  const { keycloak, kubernetes, github } = settings ?? {};
  if (type === PROVIDER.keycloak) {
    return [
      {
        url: configured(stack, keycloak?.url),
        realm: configured(stack, keycloak?.adminRealm),
        clientId: configured(stack, keycloak?.clientId),
      },
    ];
  }
  if (type === PROVIDER.kubernetes) {
    return [
      {
        context: optional(stack, kubernetes?.context),
        clusterIdentifier: optional(stack, kubernetes?.clusterIdentifier),
      },
    ];
  }
  const api = github?.apiUrl ?? "https://api.github.com";
  return [
    {
      owner: configured(stack, github?.owner),
      baseUrl: optional(stack, github && `${api.replace(/\/$/, "")}/`),
    },
  ];
}

function databases(stack: string, settings: StackSettings | undefined): Connection[] {
  const { tenantsDatabase, analyticsDatabase } = settings ?? {};
  const connection = (server: typeof tenantsDatabase | typeof analyticsDatabase, database: string | undefined) => ({
    host: configured(stack, server?.host),
    port: configured(stack, server && String(server.port)),
    database: configured(stack, database),
    username: configured(stack, server?.user),
    sslmode: configured(stack, server?.sslmode),
  });
  return [
    connection(tenantsDatabase, tenantsDatabase?.maintenanceDatabase),
    connection(analyticsDatabase, analyticsDatabase?.database),
  ];
}

/** A second connection to the same server could log in as somebody else there. */
function checkSecond(graph: Graph, type: string, report: StackReport): void {
  const first = new Map<string, Node>();
  for (const node of graph.ofType(type)) {
    const server = ["host", "port", "database"].map((key) => node.props.at(key).text ?? "").join("/");
    const other = first.get(server);
    if (other === undefined) first.set(server, node);
    else report(node, "", `is a second connection to what ${other.name} connects to`, `Use ${other.name}`);
  }
}
