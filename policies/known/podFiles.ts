import { databaseName, databaseRole, OIDC_CLIENT_ID, platformHost, realmName } from "../../config/names.ts";
import { isServerWide } from "../../config/serverWide.ts";
import { hostFiles } from "../lib/hostFiles.ts";
import { Accepted, HARMLESS, only, Part, type Properties, text } from "../lib/known.ts";
import { configured, type StackSettings, stackSettings } from "../lib/stackSettings.ts";
import { mayRelax, stackEnvironment } from "../lib/urn.ts";

/** A file of the Secret that pods mount: how it is written, what it may say, and what it must. */
export interface PodFile {
  readonly format: "ini" | "service" | "json" | "text";
  readonly shape: Part;
  /** Paths, keys joined by dots. */
  readonly required: readonly string[];
  /** A list that has an entry for each of some values of a key. */
  readonly whole?: { readonly list: string; readonly key: string; readonly values: readonly string[] };
}

const ANYTHING = new Accepted("anything", () => true);

/** What a tenant's resolved files say, `TenantSpec` of config/types.ts. */
const TENANT = Object.fromEntries(
  [
    ...[
      "id",
      "displayName",
      "owner",
      "company",
      "lifecycle",
      "decommission",
      "plan",
      "release",
      "bundles",
      "modules",
      "egress",
      "hosts",
      "analytics",
      "backup",
      "sso",
      "credentials",
      "environment",
      "cell",
    ],
  ].map((key) => [key, ANYTHING]),
);

/** The files of a tenant's pods: each names the tenant's own database, realm and servers, and has no setting that is not known. */
export function podFiles(stack: string, tenant: string): Readonly<Record<string, PodFile>> {
  const settings = stackSettings(stack);
  const database = databaseName(tenant);
  const user = only(databaseRole(tenant));
  const server = settings?.tenantsDatabase;
  const host = configured(stack, server?.clusterHost ?? server?.host);
  const port = configured(stack, server && String(server.clusterPort ?? server.port));
  const sslmode = configured(stack, server?.sslmode);
  const issuer = settings && `${settings.keycloak.url}/realms/${realmName(tenant)}`;
  const hosts = hostsOf(stack, tenant, settings);
  const file = (format: PodFile["format"], shape: Properties, ...required: string[]): PodFile => ({
    format,
    shape: new Part("policies/known/podFiles.ts", shape),
    required,
  });

  return {
    "odoo.conf": file(
      "ini",
      {
        options: {
          // What the program makes; a person's is shorter.
          admin_passwd: text(/^[A-Za-z0-9]{40,}$/, "a random text of 40 letters and digits"),
          addons_path: only("/mnt/extra-addons"),
          data_dir: only("/var/lib/odoo"),
          db_host: host,
          db_port: port,
          db_user: user,
          db_password: HARMLESS,
          db_name: only(database),
          db_sslmode: sslmode,
          db_template: only("template0"),
          db_maxconn: HARMLESS,
          db_maxconn_gevent: HARMLESS,
          dbfilter: only(`^${database}$`),
          list_db: only("False"),
          proxy_mode: only("True"),
          without_demo: HARMLESS,
          http_port: HARMLESS,
          gevent_port: HARMLESS,
          workers: HARMLESS,
          max_cron_threads: HARMLESS,
          limit_memory_soft: HARMLESS,
          limit_memory_hard: HARMLESS,
          limit_time_cpu: HARMLESS,
          limit_time_real: HARMLESS,
          server_wide_modules: new Accepted(
            "modules of config/serverWide.ts, each once",
            (value) => typeof value === "string" && isServerWide(value),
          ),
          smtp_server: configured(stack, settings?.mail?.host),
          smtp_port: HARMLESS,
          // STARTTLS; a sandbox's mail server may have none.
          smtp_ssl: mayRelax(stack) ? only("True", "False") : only("True"),
          smtp_user: HARMLESS,
          smtp_password: HARMLESS,
          email_from: HARMLESS,
          from_filter: HARMLESS,
          publisher_warranty_url: only("http://127.0.0.1:9"),
          running_env: HARMLESS,
        },
      },
      ...["admin_passwd", "db_host", "db_user", "db_name", "db_sslmode", "dbfilter", "list_db"].map(
        (key) => `options.${key}`,
      ),
    ),
    "pg_service.conf": file(
      "service",
      {
        odoo: {
          host,
          port,
          dbname: only(database),
          user,
          password: HARMLESS,
          sslmode,
          application_name: HARMLESS,
          sslrootcert: only("system"),
        },
      },
      ...["host", "dbname", "user", "sslmode"].map((key) => `odoo.${key}`),
    ),
    "oidc.json": file(
      "json",
      {
        issuer: configured(stack, issuer),
        clientId: only(OIDC_CLIENT_ID),
        clientSecret: HARMLESS,
        displayName: HARMLESS,
        administrator: HARMLESS,
      },
      "issuer",
      "clientId",
    ),
    "settings.json": file("json", {
      environment: HARMLESS,
      baseUrl: hosts === undefined ? HARMLESS : only(`https://${hosts[0] ?? ""}`),
      hosts: [hosts === undefined ? HARMLESS : only(...hosts)],
      workers: HARMLESS,
      reportUrl: only("http://127.0.0.1:8072"),
      company: ANYTHING,
      egress: ANYTHING,
    }),
    // The tenant as the backup records it.
    "tenant.json": file("json", { ...TENANT, id: only(tenant) }, "id"),
    "backup-password": file("text", {}),
    "backup-credentials": file("text", {}),
  };
}

/** The tenant's hosts by the files of the checkout, the platform's first; undefined in a sandbox, which may have others. */
function hostsOf(stack: string, tenant: string, settings: StackSettings | undefined): string[] | undefined {
  if (mayRelax(stack)) return undefined;
  const environments = hostFiles().tenant(tenant)?.environments;
  const environment = stackEnvironment(stack);
  const domains = environment === undefined ? [] : (environments?.[environment]?.domains ?? []);
  return [...(settings === undefined ? [] : [platformHost(tenant, settings.baseDomain)]), ...domains];
}
