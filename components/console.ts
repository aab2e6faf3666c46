import * as pulumi from "@pulumi/pulumi";
import { RandomPassword } from "@pulumi/random/randomPassword.js";
import type { ConsoleConfig, Release, StackConfig } from "../config/index.ts";
import { ConsoleDatabase } from "./consoleDatabase.ts";
import { ConsoleIsolation } from "./consoleIsolation.ts";
import { ConsoleRelease } from "./consoleRelease.ts";
import { ConsoleRoute } from "./consoleRoute.ts";
import type { ConsoleAccess } from "./consoleAccess.ts";
import { ConsoleAnalytics } from "./consoleAnalytics.ts";
import type { Platform } from "./platform.ts";
import type { Providers } from "./providers.ts";
import { StaffRealm } from "./staffRealm.ts";

/** Inputs of {@link Console}. */
export interface ConsoleArgs {
  readonly settings: ConsoleConfig;
  readonly stack: StackConfig;
  /** Stands in for the console's image where the stack names none: in the sandbox, whose pods are simulated. */
  readonly image: Release["image"];
  readonly platform: Platform;
  readonly providers: Providers;
}

/** What is exported of the console; passwords and the client secret are Pulumi secrets. */
export interface ConsoleOutputs {
  readonly url: string;
  readonly issuer: pulumi.Output<string>;
  readonly clientId: pulumi.Output<string>;
  readonly clientSecret: pulumi.Output<string>;
  /** As this program reaches it. */
  readonly database: {
    readonly host: string;
    readonly port: number;
    readonly name: pulumi.Output<string>;
    readonly role: pulumi.Output<string>;
    readonly password: pulumi.Output<string>;
    readonly sslmode: string;
  };
  /** The analytics server, as this program reaches it. */
  readonly analytics: ConsoleOutputs["database"];
  /** Key of the secrets that the console's clients in tenants' realms have (config/consoleClient.ts); secret. */
  readonly tenantsKey: pulumi.Output<string>;
  /** Initial passwords by login. */
  readonly staff: Readonly<Record<string, pulumi.Output<string>>>;
}

/** What tenants need to know of the console. */
export interface ConsoleForTenants extends ConsoleAccess {
  /** Role that may ask the analytics server when each tenant's data were copied. */
  readonly analyticsRole: pulumi.Output<string>;
}

/** Connections that a pod of the console may hold. */
const CONNECTIONS_PER_POD = 10;

/** The control plane in a browser (docs/console.md). Only wiring: each part is a component with its own file. */
export class Console extends pulumi.ComponentResource {
  readonly outputs: ConsoleOutputs;
  readonly forTenants: ConsoleForTenants;

  constructor(name: string, args: ConsoleArgs, opts?: pulumi.ComponentResourceOptions) {
    super("odoo:saas:Console", name, {}, opts);
    const { settings, stack, platform, providers } = args;
    const { generation, url, host } = settings;
    const onKubernetes = { parent: this, providers: [providers.kubernetes] };

    const database = new ConsoleDatabase(
      `${name}-database`,
      {
        server: stack.tenantsDatabase,
        // Those of the server, of new pods beside the old ones, and of the collector.
        connectionLimit: CONNECTIONS_PER_POD * (settings.replicas + 2),
        generation,
        protect: stack.protect,
      },
      { parent: this, providers: [providers.tenantsDatabase] },
    );
    const realm = new StaffRealm(
      `${name}-realm`,
      {
        environment: stack.environment,
        keycloakUrl: stack.keycloak.url,
        url,
        staff: settings.staff,
        generation,
        mail: stack.mail,
        isSandbox: stack.environment === "sandbox",
        protect: stack.protect,
      },
      { parent: this, providers: [providers.keycloak] },
    );
    const analytics = new ConsoleAnalytics(
      `${name}-analytics`,
      { generation, protect: stack.protect },
      { parent: this, providers: [providers.analyticsDatabase] },
    );
    const keepers = { generation: String(generation) };
    const { result: tenantsKey } = new RandomPassword(
      `${name}-tenants-key`,
      { length: 64, special: false, keepers },
      { parent: this },
    );
    this.forTenants = { url: settings.url, key: tenantsKey, analyticsRole: analytics.role };
    const image = settings.image ?? args.image;
    const release = new ConsoleRelease(
      `${name}-release`,
      { settings, stack, platform, image, database, analytics, realm, tenantsKey },
      onKubernetes,
    );
    const { namespace } = release;
    new ConsoleIsolation(`${name}-network`, { settings, stack, namespace }, onKubernetes);
    new ConsoleRoute(`${name}-route`, { host, stack, platform, namespace }, onKubernetes);

    this.outputs = {
      url,
      issuer: realm.issuer,
      clientId: realm.clientId,
      clientSecret: realm.clientSecret,
      database: {
        host: stack.tenantsDatabase.host,
        port: stack.tenantsDatabase.port,
        name: database.name,
        role: database.role,
        password: database.password,
        sslmode: stack.tenantsDatabase.sslmode,
      },
      analytics: {
        host: stack.analyticsDatabase.host,
        port: stack.analyticsDatabase.port,
        name: pulumi.output(stack.analyticsDatabase.database),
        role: analytics.role,
        password: analytics.password,
        sslmode: stack.analyticsDatabase.sslmode,
      },
      tenantsKey,
      staff: realm.passwords,
    };
    this.registerOutputs({});
  }
}
