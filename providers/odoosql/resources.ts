import * as pulumi from "@pulumi/pulumi";

/** How to reach a database. */
export interface ConnectionArgs {
  readonly host: pulumi.Input<string>;
  readonly port: pulumi.Input<number>;
  readonly database: pulumi.Input<string>;
  /** Login role. */
  readonly user: pulumi.Input<string>;
  /** Its password: give it as a Pulumi secret, as which it stays in the state. */
  readonly password: pulumi.Input<string>;
  /** As libpq means it: `disable`, `require`, `verify-ca` or `verify-full`. */
  readonly sslmode: pulumi.Input<string>;
}

/** Inputs of {@link DatabaseSetup}. */
export interface DatabaseSetupArgs {
  /** Tenant id. */
  readonly tenant: string;
  /** The tenant's database, as its owner. */
  readonly connection: ConnectionArgs;
  readonly roles: {
    /** Role that may connect and only read schema `reporting`. */
    readonly reporter: pulumi.Input<string>;
  };
}

/**
 * Prepares a tenant's database (`sql/tenant/base`): the extensions that Odoo needs, no privilege for PUBLIC, CONNECT for the
 * reporter, and the schema `reporting` that it reads.
 */
export class DatabaseSetup extends pulumi.CustomResource {
  constructor(name: string, args: DatabaseSetupArgs, opts?: pulumi.CustomResourceOptions) {
    super("odoosql:index:DatabaseSetup", name, { ...args }, opts);
  }
}

/** Inputs of {@link PrivateDatabase}. */
export interface PrivateDatabaseArgs {
  /** The database, as its owner. */
  readonly connection: ConnectionArgs;
}

/** Opens a database of the platform's own that was made closed, for its owner alone (`sql/console`). */
export class PrivateDatabase extends pulumi.CustomResource {
  constructor(name: string, args: PrivateDatabaseArgs, opts?: pulumi.CustomResourceOptions) {
    super("odoosql:index:PrivateDatabase", name, { ...args }, opts);
  }
}

/** Inputs of {@link ReportingViews}. */
export interface ReportingViewsArgs {
  /** Tenant id. */
  readonly tenant: string;
  /** The tenant's database, as its owner. */
  readonly connection: ConnectionArgs;
  /** Folders below `sql/tenant`, such as `finance_ppm/v1`. */
  readonly models: readonly string[];
}

/** The reporting models' views (`sql/tenant/<model>/<version>`) over Odoo's tables, which must be there. */
export class ReportingViews extends pulumi.CustomResource {
  constructor(name: string, args: ReportingViewsArgs, opts?: pulumi.CustomResourceOptions) {
    super("odoosql:index:ReportingViews", name, { ...args, schema: "reporting", models: [...args.models] }, opts);
  }
}

/** Inputs of {@link TenantLifecycle}. */
export interface TenantLifecycleArgs {
  /** Tenant id. */
  readonly tenant: string;
  readonly lifecycle: "active" | "paused" | "decommissioning";
  /** Whether the tenant's data is protected: then it is only deleted after its release. */
  readonly protected: boolean;
  /** Whether protection is lifted; from the end of the hold on. */
  readonly release: boolean;
  /** First day (UTC) of the release; with `decommissioning`, and only then. */
  readonly holdUntil?: string;
  /** Snapshot of the verified last backup, which a release needs. */
  readonly lastBackup?: string;
}

/**
 * Where a tenant is on its way, kept in the state: what would skip a step or shorten a hold is refused in preview already, and
 * the deletion of a protected tenant that was not released. It makes nothing.
 */
export class TenantLifecycle extends pulumi.CustomResource {
  constructor(name: string, args: TenantLifecycleArgs, opts?: pulumi.CustomResourceOptions) {
    super("odoosql:index:TenantLifecycle", name, { ...args }, opts);
  }
}

/** Inputs of {@link AnalyticsSchema}. */
export interface AnalyticsSchemaArgs {
  /** Tenant id: what `app_metadata.tenant` of a caller's claims must say. */
  readonly tenant: string;
  /** The analytics database, as its administrator: no superuser; CREATEROLE, CREATE on the database, USAGE on postgres_fdw. */
  readonly connection: ConnectionArgs;
  /** The tenant's database as the analytics server reaches it, as the reporter. */
  readonly source: ConnectionArgs;
  readonly names: {
    /** Schema of the views that analysts read. */
    readonly schema: string;
    /** Private schema of the tables, the sync log and `refresh()`. */
    readonly dataSchema: string;
    /** Private schema of the foreign tables. */
    readonly foreignSchema: string;
    /** Foreign server. */
    readonly server: string;
  };
  readonly roles: {
    /** NOLOGIN role that owns all of it. */
    readonly owner: pulumi.Input<string>;
    /** LOGIN role that may read the views. */
    readonly reader: pulumi.Input<string>;
  };
  /**
   * LOGIN role that may ask when the tenant's data were copied, and nothing else: the console's.
   *
   * @default none
   */
  readonly watcher?: pulumi.Input<string>;
  /** Folders below `sql/analytics`, such as `finance_ppm/v1`. */
  readonly models: readonly string[];
}

/** A tenant's side of the analytics server (`sql/analytics`), with a first refresh. */
export class AnalyticsSchema extends pulumi.CustomResource {
  constructor(name: string, args: AnalyticsSchemaArgs, opts?: pulumi.CustomResourceOptions) {
    super("odoosql:index:AnalyticsSchema", name, { ...args, models: [...args.models] }, opts);
  }
}
