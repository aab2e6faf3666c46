import { createHash } from "node:crypto";
import type { TenantSpec } from "../config/index.ts";
import { CRON_WIDE, SERVER_ALWAYS, SERVER_WIDE } from "../config/serverWide.ts";
import { connectionBudget, memoryLimits, type PlanSize } from "./odooSizing.ts";

/** What an Odoo pod's configuration is made from; all of it known before anything exists. */
export interface OdooSettings {
  readonly database: {
    /** Host as pods reach it. */
    readonly host: string;
    readonly port: number;
    readonly name: string;
    readonly role: string;
    /** libpq's `sslmode`. */
    readonly sslmode: string;
  };
  readonly plan: PlanSize;
  /** Modules that are installed; some must be loaded with the server. */
  readonly modules: readonly string[];
  /**
   * Outgoing mail.
   *
   * @default none is sent: Odoo's own default, a server on the pod itself, refuses each mail
   */
  readonly mail?: {
    readonly host: string;
    readonly port: number;
    readonly tls: "starttls" | "none";
    /** @default none: the server asks for no log-in */
    readonly user?: string;
    /** Generation of the password of `user`. */
    readonly generation: number;
    readonly from: string;
  };
  readonly oidc: {
    readonly issuer: string;
    /** The company, as the log-in button calls it. */
    readonly displayName: string;
    /** Address of the first administrator. */
    readonly administrator: string;
  };
  readonly environment: TenantSpec["environment"];
  readonly hosts: TenantSpec["hosts"];
  readonly company: TenantSpec["company"];
  /** Modules that the tenant's file opens a way out for. */
  readonly egress: readonly string[];
}

/** The secret part of the configuration. */
export interface OdooSecrets {
  readonly databasePassword: string;
  readonly adminPassword: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** Password of `mail.user`; with a user only. */
  readonly mailPassword?: string;
}

/** Keys of the Secret that pods mount at `/etc/odoo`. */
export interface OdooFiles extends Record<string, string> {
  /** Odoo's own configuration. */
  "odoo.conf": string;
  /** Connection for `psql` and `pg_dump` (libpq's service file, service `odoo`). */
  "pg_service.conf": string;
  /** Sign-on provider, which the init Job writes into the database. */
  "oidc.json": string;
  /** What the init Job settles in the database. */
  "settings.json": string;
}

/** Port of Odoo's HTTP server. */
export const HTTP_PORT = 8069;
/** Port of the websocket process, which runs only when there are workers. */
export const WEBSOCKET_PORT = 8072;

/** Nothing listens there, so that a connection is refused at once, where a dropped one holds its worker for seconds. */
const REFUSES = "http://127.0.0.1:9";

/** Seconds that a web request may take (`limit_time_real`, Odoo's default); the route's own timeout must be longer. */
export const REQUEST_SECONDS = 120;

/** What the server loads at its start (`server_wide_modules`), of those that are installed. */
export function serverWideModules(modules: readonly string[]): string[] {
  return [...SERVER_ALWAYS, ...SERVER_WIDE.filter((name) => modules.includes(name))];
}

/** The same for the cron pod, which alone runs the job runner of `queue_job`: two runners would do jobs twice. */
export function cronServerWideModules(modules: readonly string[]): string[] {
  return [...serverWideModules(modules), ...CRON_WIDE.filter((name) => modules.includes(name))];
}

/**
 * Renders the files of the configuration Secret.
 *
 * @throws Error when a value has a line break, which would end its line and begin another setting.
 */
export function renderOdooFiles(settings: OdooSettings, secrets: OdooSecrets): OdooFiles {
  const { database, plan } = settings;
  const connections = connectionBudget(plan);
  const rootCertificate = databaseRootCertificate(database.sslmode);
  const memory = memoryLimits(plan);
  const odoo = {
    admin_passwd: secrets.adminPassword,
    addons_path: "/mnt/extra-addons",
    data_dir: "/var/lib/odoo",
    db_host: database.host,
    db_port: database.port,
    db_user: database.role,
    db_password: secrets.databasePassword,
    db_name: database.name,
    db_sslmode: database.sslmode,
    db_template: "template0",
    db_maxconn: connections.worker,
    db_maxconn_gevent: connections.gevent,
    dbfilter: `^${database.name}$`,
    list_db: "False",
    proxy_mode: "True",
    without_demo: "all",
    http_port: HTTP_PORT,
    gevent_port: WEBSOCKET_PORT,
    workers: plan.workers,
    max_cron_threads: plan.cronWorkers,
    limit_memory_soft: memory.soft,
    limit_memory_hard: memory.hard,
    limit_time_cpu: REQUEST_SECONDS / 2,
    limit_time_real: REQUEST_SECONDS,
    server_wide_modules: serverWideModules(settings.modules).join(","),
    ...mailOptions(settings.mail, secrets.mailPassword),
    publisher_warranty_url: REFUSES,
    // server_environment (OCA) takes its absence for "test".
    running_env: settings.environment,
  };
  const service = {
    host: database.host,
    port: database.port,
    dbname: database.name,
    user: database.role,
    password: secrets.databasePassword,
    sslmode: database.sslmode,
    application_name: `odoo-saas/${database.name}`,
    ...(rootCertificate === "" ? {} : { sslrootcert: rootCertificate }),
  };
  const oidc = { ...settings.oidc, clientId: secrets.clientId, clientSecret: secrets.clientSecret };
  const { environment, hosts, company, egress } = settings;
  const settle = {
    environment,
    baseUrl: `https://${hosts.platform}`,
    hosts: [hosts.platform, ...hosts.custom],
    workers: plan.workers,
    // The pod itself, whose public host it cannot reach; the websocket process, because the worker that prints waits for it.
    reportUrl: `http://127.0.0.1:${WEBSOCKET_PORT}`,
    company,
    egress,
  };
  return {
    "odoo.conf": section("options", odoo, " = "),
    // libpq takes spaces around the equals sign as part of the name and value.
    "pg_service.conf": section("odoo", service, "="),
    "oidc.json": `${JSON.stringify(oidc, undefined, 2)}\n`,
    "settings.json": `${JSON.stringify(settle, undefined, 2)}\n`,
  };
}

/**
 * Odoo's options for outgoing mail. `smtp_ssl` is STARTTLS (odoo/addons/base/models/ir_mail_server.py); the configuration
 * file has no TLS from the first byte. `from_filter`: mail of another domain's sender is sent as `email_from`, because the
 * platform's server may not send for that domain (SPF, DMARC).
 */
function mailOptions(mail: OdooSettings["mail"], password: string | undefined): Record<string, string | number> {
  if (mail === undefined) return {};
  return {
    smtp_server: mail.host,
    smtp_port: mail.port,
    smtp_ssl: mail.tls === "starttls" ? "True" : "False",
    ...(mail.user === undefined ? {} : { smtp_user: mail.user, smtp_password: password ?? "" }),
    email_from: mail.from,
    from_filter: mail.from.slice(mail.from.lastIndexOf("@") + 1),
  };
}

/**
 * libpq's `sslrootcert` in pods: for `verify-full`, the certificate authorities that the image trusts; a private one must be
 * in the image. The other modes do not take `system` (https://www.postgresql.org/docs/17/libpq-connect.html), and
 * `verify-ca` then looks for `~/.postgresql/root.crt`.
 */
export function databaseRootCertificate(sslmode: string): "system" | "" {
  return sslmode === "verify-full" ? "system" : "";
}

function section(name: string, values: Readonly<Record<string, string | number>>, equals: string): string {
  const lines = Object.entries(values).map(([key, value]) => {
    if (/[\r\n]/.test(String(value))) throw new Error(`${key} has a line break, expected one line`);
    return `${key}${equals}${String(value)}`;
  });
  return [`[${name}]`, ...lines, ""].join("\n");
}

/** Generation counters of the secrets in the configuration. */
export interface Generations {
  readonly database: number;
  readonly realm: number;
}

/**
 * Changes whenever the configuration Secret does, so that pods restart: a hash of the files with generation counters in
 * the place of secrets. Not a hash of the Secret itself, whose values are unknown in the preview of a new tenant, when the
 * chart must already be rendered for the policies to judge it.
 */
export function configRevision(settings: OdooSettings, generations: Generations): string {
  const files = renderOdooFiles(settings, {
    databasePassword: `generation ${generations.database}`,
    adminPassword: `generation ${generations.database}`,
    clientId: "odoo",
    clientSecret: `generation ${generations.realm}`,
    mailPassword: `generation ${settings.mail?.generation ?? 0}`,
  });
  return createHash("sha256").update(JSON.stringify(files)).digest("hex").slice(0, 16);
}
