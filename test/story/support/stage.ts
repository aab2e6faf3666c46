import assert from "node:assert/strict";
import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { spawnSync } from "node:child_process";
import { freePort, openInstance } from "../../../sandbox/instance.ts";
import type { Instance } from "../../../sandbox/instance.ts";
import { startServices, stopServices } from "../../../sandbox/services/index.ts";
import { ANALYTICS_DATABASE, PROGRAM_DATABASE } from "../../../sandbox/services/databases.ts";
import { KEYCLOAK_CLIENT } from "../../../sandbox/services/keycloak.ts";
import { kubeconfigPath } from "../../../sandbox/services/kubeconfig.ts";
import { PLATFORM_ADMIN } from "../../../sandbox/services/preparePostgres.ts";
import { ensureToolchain, toolchainEnv } from "../../../sandbox/toolchain/ensure.ts";
import type { Toolchain } from "../../../sandbox/toolchain/ensure.ts";
import { postgresFront, tlsFront } from "./front.ts";
import type { Front } from "./front.ts";

const HERE = "127.0.0.1";
const CIDRS = [`${HERE}/32`];

/**
 * Servers as staging and prod have them: a sandbox's services, with TLS before each, and a Pulumi backend of their own. No
 * stack runs on them but the one that the test's repository configures, with the policies as strict as anywhere.
 */
export class Stage {
  readonly name: "staging" | "prod";
  readonly instance: Instance;
  readonly #toolchain: Toolchain;
  readonly #fronts: Front[] = [];
  readonly #ports: Readonly<Record<"keycloak" | "tenants" | "analytics", number>>;

  private constructor(
    name: "staging" | "prod",
    instance: Instance,
    toolchain: Toolchain,
    ports: Readonly<Record<"keycloak" | "tenants" | "analytics", number>>,
  ) {
    this.name = name;
    this.instance = instance;
    this.#toolchain = toolchain;
    this.#ports = ports;
  }

  /** @param folder for the instance's data; one that is there already goes on */
  static async start(name: "staging" | "prod", folder: string): Promise<Stage> {
    const remembered = join(folder, "fronts.json");
    mkdirSync(folder, { recursive: true });
    chmodSync(folder, 0o711);
    const ports = existsSync(remembered)
      ? (JSON.parse(readFileSync(remembered, "utf8")) as Record<"keycloak" | "tenants" | "analytics", number>)
      : { keycloak: await freePort(), tenants: await freePort(), analytics: await freePort() };
    writeFileSync(remembered, JSON.stringify(ports));
    const opened = await openInstance({ home: join(folder, "home"), newPorts: "free", env: {} });
    const instance = { ...opened, keycloakAddress: `https://127.0.0.1:${ports.keycloak}` };
    const toolchain = await ensureToolchain(["core", "backup"], { log: () => undefined });
    await startServices(instance, toolchain, () => undefined);
    const stage = new Stage(name, instance, toolchain, ports);
    await stage.#open();
    return stage;
  }

  /** The environment in which the stack's commands run, as a runner of CI has it. No secret is in it. */
  get env(): NodeJS.ProcessEnv {
    const { home } = this.instance;
    const folder = (name: string) => {
      mkdirSync(join(home, name), { recursive: true, mode: 0o700 });
      return join(home, name);
    };
    return {
      ...toolchainEnv(this.#toolchain, process.env),
      PULUMI_HOME: this.#pulumiHome,
      PULUMI_BACKEND_URL: `file://${folder("delivery-state")}`,
      PULUMI_CONFIG_PASSPHRASE_FILE: this.#passphrase,
      SSL_CERT_FILE: this.#certificate,
      NODE_EXTRA_CA_CERTS: this.#certificate,
      KUBECONFIG: kubeconfigPath(this.instance, "program"),
      ODOO_SAAS_BACKUPS: folder("backups"),
      ODOO_SAAS_DATA: folder("odoo"),
      ODOO_SAAS_BACKUP_WORK: folder("backup-work"),
    };
  }

  /** What `Pulumi.<stack>.yaml` says of these servers. */
  settings(release: string): Record<string, unknown> {
    const { keycloak, tenants, analytics } = this.#ports;
    const plain = {
      environment: this.name,
      baseDomain: `${this.name}.odoo.test`,
      release,
      tenantsDatabase: {
        host: HERE,
        port: tenants,
        user: PLATFORM_ADMIN,
        sslmode: "require",
        maintenanceDatabase: PROGRAM_DATABASE,
        // What plays Odoo's installation speaks no TLS.
        clusterPort: this.instance.ports.tenantsDatabase,
        cidrs: CIDRS,
      },
      analyticsDatabase: {
        host: HERE,
        port: analytics,
        database: ANALYTICS_DATABASE,
        user: PLATFORM_ADMIN,
        sslmode: "require",
        tenantsPort: tenants,
        cidrs: CIDRS,
      },
      keycloak: { url: `https://127.0.0.1:${keycloak}`, clientId: KEYCLOAK_CLIENT, cidrs: CIDRS },
      kubernetes: { clusterIdentifier: `test-${this.name}`, gatewayClassName: "sandbox", storageClassName: "sandbox" },
      tls: { clusterIssuer: "sandbox" },
      mail: { host: "mail.odoo.test", cidrs: CIDRS },
    };
    return Object.fromEntries(Object.entries(plain).map(([key, value]) => [`odoo-saas:${key}`, value]));
  }

  /** Makes the stack, and sets its secrets in its settings file, encrypted. */
  initialise(root: string): void {
    this.#pulumi(root, ["stack", "init", this.name]);
    const { secrets } = this.instance;
    const values = {
      tenantsDatabasePassword: secrets.tenantsAdmin,
      analyticsDatabasePassword: secrets.analyticsAdmin,
      keycloakClientSecret: secrets.keycloakClient,
      tenantsWatchdogPassword: secrets.tenantsWatchdog,
      analyticsWatchdogPassword: secrets.analyticsWatchdog,
    };
    for (const [key, value] of Object.entries(values)) {
      this.#pulumi(root, ["config", "set", "--stack", this.name, "--secret", `odoo-saas:${key}`], value);
    }
  }

  async stop(): Promise<void> {
    await this.closeFronts();
    await stopServices(this.instance);
    rmSync(this.instance.home, { recursive: true, force: true });
  }

  /** Leaves the services running. */
  async closeFronts(): Promise<void> {
    await Promise.all(this.#fronts.splice(0).map((front) => front.close()));
  }

  /** The toolchain's plugins, and a workspace of its own. */
  get #pulumiHome(): string {
    const home = join(this.instance.home, "delivery-pulumi");
    if (!existsSync(home)) {
      mkdirSync(home, { recursive: true });
      symlinkSync(join(this.#toolchain.pulumiHome, "plugins"), join(home, "plugins"));
      // A file in the place of the folder of verbose logs: they take a third of the time (docs/performance.md).
      writeFileSync(join(home, "logs"), "");
    }
    return home;
  }

  get #passphrase(): string {
    const file = join(this.instance.home, "delivery-passphrase");
    if (!existsSync(file)) writeFileSync(file, this.instance.secrets.pulumiPassphrase, { mode: 0o600 });
    return file;
  }

  /** The API server's own: it is for this machine's names, and signed by an authority that comes with it. */
  get #certificate(): string {
    return join(this.instance.home, "kubernetes", "tls", "apiserver.crt");
  }

  async #open(): Promise<void> {
    const identity = {
      cert: readFileSync(this.#certificate, "utf8"),
      key: readFileSync(this.#certificate.replace(/\.crt$/, ".key"), "utf8"),
    };
    const { ports } = this.instance;
    this.#fronts.push(
      await tlsFront(this.#ports.keycloak, ports.keycloak, identity),
      await postgresFront(this.#ports.tenants, ports.tenantsDatabase, identity),
      await postgresFront(this.#ports.analytics, ports.analyticsDatabase, identity),
    );
  }

  #pulumi(root: string, args: readonly string[], input = ""): void {
    const { status, stderr } = spawnSync("pulumi", [...args, "--non-interactive"], {
      cwd: root,
      env: this.env,
      input,
      encoding: "utf8",
    });
    assert.equal(status, 0, stderr);
  }
}
