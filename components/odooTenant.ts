import * as pulumi from "@pulumi/pulumi";
import { TenantLifecycle, type TenantLifecycleArgs } from "../providers/odoosql/resources.ts";
import { brokerSecret } from "../config/index.ts";
import type { StackConfig, TenantSpec } from "../config/index.ts";
import type { ConsoleForTenants } from "./console.ts";
import { KeycloakRealm } from "./keycloakRealm.ts";
import { NetworkIsolation } from "./networkIsolation.ts";
import { OdooRelease } from "./odooRelease.ts";
import type { Platform } from "./platform.ts";
import type { Providers } from "./providers.ts";
import { SupabaseSchema } from "./supabaseSchema.ts";
import { TenantDatabase } from "./tenantDatabase.ts";
import { TenantDns } from "./tenantDns.ts";

/** Inputs of {@link OdooTenant}. */
export interface OdooTenantArgs {
  /** What the tenant's file, its bundles, plan and release say together. */
  readonly tenant: TenantSpec;
  /** Hash of what staging attests of the tenant and prod is promoted to: an input of the component, so that policies see it. */
  readonly specHash: string;
  readonly stack: StackConfig;
  readonly platform: Platform;
  readonly providers: Providers;
  /**
   * The console, which the tenant's first administrator may log in to, and which asks how old its reports are.
   *
   * @default none
   */
  readonly console?: ConsoleForTenants | undefined;
}

/** What is exported of a tenant; the passwords and the client secret are Pulumi secrets. */
export interface TenantOutputs {
  readonly lifecycle: string;
  /** Name of the plan. */
  readonly plan: string;
  readonly release: string;
  readonly namespace: pulumi.Output<string>;
  readonly hosts: readonly string[];
  readonly database: {
    readonly host: pulumi.Output<string>;
    readonly port: pulumi.Output<number>;
    readonly name: pulumi.Output<string>;
    readonly role: pulumi.Output<string>;
    readonly password: pulumi.Output<string>;
  };
  readonly realm: {
    readonly issuer: pulumi.Output<string>;
    readonly clientId: pulumi.Output<string>;
    readonly clientSecret: pulumi.Output<string>;
    /** The first administrator, with the password for the first log-in. */
    readonly administrator: { readonly username: pulumi.Output<string>; readonly password: pulumi.Output<string> };
  };
  /** restic's repository as pods reach it, and its password. */
  readonly backup: { readonly repository: string; readonly password: pulumi.Output<string> };
  readonly analytics: {
    readonly host: pulumi.Output<string>;
    readonly port: pulumi.Output<number>;
    readonly name: pulumi.Output<string>;
    readonly schema: pulumi.Output<string>;
    readonly role: pulumi.Output<string>;
    readonly password: pulumi.Output<string>;
  };
}

/** One Odoo tenant with everything that is its own. Only wiring: each part is a component with its own file. */
export class OdooTenant extends pulumi.ComponentResource {
  readonly outputs: TenantOutputs;

  constructor(id: string, args: OdooTenantArgs, opts?: pulumi.ComponentResourceOptions) {
    super("odoo:saas:OdooTenant", id, { specHash: args.specHash }, opts);
    const { tenant, stack, platform, providers } = args;
    const hosts = [tenant.hosts.platform, ...tenant.hosts.custom];
    // Released at the end of its hold, the tenant's data may go; nobody else's.
    const protect = stack.protect && tenant.decommission?.release !== true;
    const own = { ...stack, protect };
    const lifecycle = lifecycleArgs(tenant, stack);
    // Before everything else: where a step of the lifecycle is refused, nothing of the tenant is touched.
    const gate = new TenantLifecycle(`${id}-lifecycle`, lifecycle, { parent: this, protect });
    const part = { parent: this, dependsOn: [gate] };
    const onKubernetes = { ...part, providers: [providers.kubernetes] };

    const database = new TenantDatabase(
      `${id}-database`,
      {
        tenant: id,
        connectionLimit: tenant.plan.databaseConnections,
        generation: tenant.credentials.database,
        server: stack.tenantsDatabase,
        protect,
      },
      { ...part, providers: [providers.tenantsDatabase] },
    );

    const realm = new KeycloakRealm(
      `${id}-realm`,
      {
        tenant: id,
        displayName: tenant.displayName,
        environment: stack.environment,
        keycloakUrl: stack.keycloak.url,
        hosts,
        enabled: tenant.lifecycle === "active",
        generation: tenant.credentials.realm,
        administrator: tenant.owner.email,
        ...(stack.mail === undefined ? {} : { mail: stack.mail }),
        ...(tenant.sso.identityProvider && {
          identityProvider: { ...tenant.sso.identityProvider, clientSecret: brokerSecret(stack, id) },
        }),
        ...(args.console && { console: args.console }),
        allowPlainHttp: stack.environment === "sandbox",
        protect,
      },
      { ...part, providers: [providers.keycloak] },
    );

    const release = new OdooRelease(`${id}-release`, { tenant, stack: own, platform, database, realm }, onKubernetes);
    const { namespace } = release;
    const network = new NetworkIsolation(`${id}-network`, { tenant, stack, namespace }, onKubernetes);
    const dns = new TenantDns(`${id}-dns`, { tenant, stack, platform, namespace }, onKubernetes);

    const analytics = new SupabaseSchema(
      `${id}-analytics`,
      {
        tenant: id,
        models: tenant.analytics.models,
        generation: tenant.credentials.analytics,
        server: stack.analyticsDatabase,
        source: database,
        installed: release.ready,
        watcher: args.console?.analyticsRole,
        protect,
      },
      { ...part, providers: [providers.analyticsDatabase] },
    );
    // After everything else, and so the first to be deleted: where that is refused, nothing of the tenant is gone yet.
    new TenantLifecycle(`${id}-lifecycle-end`, lifecycle, {
      parent: this,
      protect,
      dependsOn: [database, realm, release, network, dns, analytics],
    });

    // Plain objects of outputs: exported as they are, each value keeps its own secrecy.
    this.outputs = {
      lifecycle: tenant.lifecycle,
      plan: tenant.plan.name,
      release: tenant.release.name,
      namespace: release.namespace,
      hosts,
      database: {
        host: database.host,
        port: database.port,
        name: database.name,
        role: database.role,
        password: database.password,
      },
      realm: {
        issuer: realm.issuer,
        clientId: realm.clientId,
        clientSecret: realm.clientSecret,
        administrator: realm.administrator,
      },
      backup: release.backup,
      analytics: {
        host: analytics.host,
        port: analytics.port,
        name: analytics.name,
        schema: analytics.schema,
        role: analytics.role,
        password: analytics.password,
      },
    };
    this.registerOutputs({});
  }
}

function lifecycleArgs({ id, lifecycle, decommission }: TenantSpec, { protect }: StackConfig): TenantLifecycleArgs {
  const { release = false, ...hold } = decommission ?? {};
  return { tenant: id, lifecycle, protected: protect, release, ...hold };
}
