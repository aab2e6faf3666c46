import * as pulumi from "@pulumi/pulumi";
import { brokerSecret } from "../config/index.ts";
import type { StackConfig, TenantSpec } from "../config/index.ts";
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
  readonly stack: StackConfig;
  readonly platform: Platform;
  readonly providers: Providers;
}

/** What is told of a tenant; the passwords and the client secret are Pulumi secrets. */
export interface TenantOutputs {
  readonly lifecycle: string;
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
    super("odoo:saas:OdooTenant", id, {}, opts);
    const { tenant, stack, platform, providers } = args;
    const hosts = [tenant.hosts.platform, ...tenant.hosts.custom];
    const onKubernetes = { parent: this, providers: [providers.kubernetes] };

    const database = new TenantDatabase(
      `${id}-database`,
      {
        tenant: id,
        connectionLimit: tenant.plan.databaseConnections,
        generation: tenant.credentials.database,
        server: stack.tenantsDatabase,
        protect: stack.protect,
      },
      { parent: this, providers: [providers.tenantsDatabase] },
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
        ...(tenant.sso.identityProvider && {
          identityProvider: { ...tenant.sso.identityProvider, clientSecret: brokerSecret(stack, id) },
        }),
        allowPlainHttp: stack.environment === "sandbox",
        protect: stack.protect,
      },
      { parent: this, providers: [providers.keycloak] },
    );

    const release = new OdooRelease(`${id}-release`, { tenant, stack, platform, database, realm }, onKubernetes);
    new NetworkIsolation(`${id}-network`, { tenant, stack, platform, namespace: release.namespace }, onKubernetes);
    new TenantDns(`${id}-dns`, { tenant, stack, platform, namespace: release.namespace }, onKubernetes);

    const analytics = new SupabaseSchema(
      `${id}-analytics`,
      {
        tenant: id,
        models: tenant.analytics.models,
        generation: tenant.credentials.analytics,
        server: stack.analyticsDatabase,
        source: database,
        protect: stack.protect,
      },
      // The reporting views read tables that Odoo's own installation makes.
      { parent: this, providers: [providers.analyticsDatabase], dependsOn: [...release.ready] },
    );

    // Plain objects of outputs: exported as they are, each value keeps its own secrecy.
    this.outputs = {
      lifecycle: tenant.lifecycle,
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
      realm: { issuer: realm.issuer, clientId: realm.clientId, clientSecret: realm.clientSecret },
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
