import * as postgresql from "@pulumi/postgresql";
import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import { AnalyticsSchema, ReportingViews } from "../providers/odoosql/resources.ts";
import { NO_PRIVILEGES, PASSWORD } from "./databaseRoles.ts";
import { analyticsNames } from "../config/names.ts";

/** Inputs of {@link SupabaseSchema}. */
export interface SupabaseSchemaArgs {
  /** Tenant id: the schema's name is made from it. */
  readonly tenant: string;
  /**
   * Reporting models: folders below `sql/tenant` and `sql/analytics`.
   *
   * @example ["core/v1", "finance_ppm/v1"]
   */
  readonly models: readonly string[];
  /** Raised by one to replace the reader's password. */
  readonly generation: number;
  /** The analytics server, as this program reaches it, with its administrator (no superuser). */
  readonly server: {
    readonly host: string;
    readonly port: number;
    readonly database: string;
    readonly user: string;
    readonly password: pulumi.Input<string>;
    readonly sslmode: string;
    /** The tenants' server as the analytics server reaches it. */
    readonly tenantsHost: string;
    readonly tenantsPort: number;
  };
  /** The tenant's database, such as a `TenantDatabase`. */
  readonly source: {
    readonly host: pulumi.Input<string>;
    readonly port: pulumi.Input<number>;
    readonly sslmode: string;
    readonly name: pulumi.Input<string>;
    readonly role: pulumi.Input<string>;
    readonly password: pulumi.Input<string>;
    readonly reporterRole: pulumi.Input<string>;
    readonly reporterPassword: pulumi.Input<string>;
  };
  /**
   * Role that may ask when the tenant's data were copied.
   *
   * @default none
   */
  readonly watcher?: pulumi.Input<string> | undefined;
  /** What makes Odoo's tables, which the reporting views read. */
  readonly installed: readonly pulumi.Resource[];
  /** Protect schema and roles, and keep them when they leave the program. */
  readonly protect: boolean;
}

/** Connections of the reader: a dashboard's pool, and a few people. */
const READER_CONNECTIONS = 20;

/**
 * A tenant's analytics: reporting views in its database, and on the Supabase server foreign tables, materialised copies
 * under row-level security, the schema that analysts read, and its read-only role.
 */
export class SupabaseSchema extends pulumi.ComponentResource {
  readonly host: pulumi.Output<string>;
  readonly port: pulumi.Output<number>;
  /** Database that the schema is in. */
  readonly name: pulumi.Output<string>;
  readonly schema: pulumi.Output<string>;
  /** Read-only login role. */
  readonly role: pulumi.Output<string>;
  /** Secret. */
  readonly password: pulumi.Output<string>;

  constructor(name: string, args: SupabaseSchemaArgs, opts?: pulumi.ComponentResourceOptions) {
    super("odoo:saas:SupabaseSchema", name, {}, opts);
    const { server, source } = args;
    const { ownerRole, readerRole, ...names } = analyticsNames(args.tenant);
    const kept = { parent: this, protect: args.protect, retainOnDelete: args.protect };

    const password = new random.RandomPassword(
      `${name}-password`,
      { ...PASSWORD, keepers: { generation: String(args.generation) } },
      { parent: this },
    );
    const owner = new postgresql.Role(
      `${name}-owner`,
      { ...NO_PRIVILEGES, name: ownerRole, login: false, connectionLimit: 0 },
      kept,
    );
    const reader = new postgresql.Role(
      `${name}-reader`,
      {
        ...NO_PRIVILEGES,
        name: readerRole,
        login: true,
        password: password.result,
        connectionLimit: READER_CONNECTIONS,
      },
      kept,
    );

    const views = new ReportingViews(
      `${name}-views`,
      {
        tenant: args.tenant,
        connection: {
          host: source.host,
          port: source.port,
          database: source.name,
          user: source.role,
          password: source.password,
          sslmode: source.sslmode,
        },
        models: args.models,
      },
      // The roles need not wait for Odoo, only the views do.
      { parent: this, dependsOn: [...args.installed] },
    );
    new AnalyticsSchema(
      `${name}-schema`,
      {
        tenant: args.tenant,
        connection: {
          host: server.host,
          port: server.port,
          database: server.database,
          user: server.user,
          password: server.password,
          sslmode: server.sslmode,
        },
        source: {
          host: server.tenantsHost,
          port: server.tenantsPort,
          database: source.name,
          user: source.reporterRole,
          password: source.reporterPassword,
          sslmode: source.sslmode,
        },
        names: {
          schema: names.schema,
          dataSchema: names.dataSchema,
          foreignSchema: names.foreignSchema,
          server: names.server,
        },
        roles: { owner: owner.name, reader: reader.name },
        ...(args.watcher === undefined ? {} : { watcher: args.watcher }),
        models: args.models,
      },
      { ...kept, dependsOn: [views] },
    );

    this.host = pulumi.output(server.host);
    this.port = pulumi.output(server.port);
    this.name = pulumi.output(server.database);
    this.schema = pulumi.output(names.schema);
    this.role = reader.name;
    this.password = password.result;
    this.registerOutputs({ name: this.name, schema: this.schema, role: this.role });
  }
}
