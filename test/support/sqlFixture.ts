import type pg from "pg";
import { OdooSqlProvider } from "../../providers/odoosql/provider.ts";
import type { WireObject } from "../../providers/odoosql/values.ts";
import { seedOdoo } from "../../sandbox/seed/index.ts";
import {
  PLATFORM_ADMIN,
  prepareAnalyticsServer,
  prepareTenantsServer,
  prepareWatchdogDatabase,
} from "../../sandbox/services/preparePostgres.ts";
import { startThrowAwayPostgres, type ThrowAwayPostgres } from "./postgres.ts";

/** Resource types of the provider `odoosql`. */
export type Kind = "DatabaseSetup" | "ReportingViews" | "AnalyticsSchema";

/** Password of every role in these tests. */
export const PASSWORD = "a-test-password";

/** Modules that bring the tables of `finance_ppm/v1`. */
export const FINANCE_MODULES = ["project", "hr_timesheet", "account_budget_oca"];

/** Modules that bring the tables of `scout/v1`. */
export const RETAIL_MODULES = ["point_of_sale", "sale", "stock"];

/** URN of a resource of the provider. */
export function urnOf(kind: Kind, tenant: string): string {
  return `urn:pulumi:test::odoo-saas::odoo:saas:OdooTenant$odoosql:index:${kind}::${tenant}`;
}

/** The names of a tenant's parts on the analytics server. */
export function analyticsOf(tenant: string) {
  const schema = `tenant_${tenant.replaceAll("-", "_")}`;
  return {
    names: { schema, dataSchema: `${schema}_data`, foreignSchema: `${schema}_fdw`, server: `${schema}_server` },
    roles: { owner: `${schema}_owner`, reader: `${schema}_reader` },
  };
}

/** A tenants' server and an analytics server, prepared as the sandbox prepares them, and what makes tenants on them. */
export class SqlFixture {
  readonly provider = new OdooSqlProvider();
  readonly tenants: ThrowAwayPostgres;
  readonly analytics: ThrowAwayPostgres;

  private constructor(tenants: ThrowAwayPostgres, analytics: ThrowAwayPostgres) {
    this.tenants = tenants;
    this.analytics = analytics;
  }

  /** @param settings of both servers */
  static async start(settings: Readonly<Record<string, string>> = {}): Promise<SqlFixture> {
    const [tenants, analytics] = await Promise.all([
      startThrowAwayPostgres("tenants", settings),
      startThrowAwayPostgres("analytics", settings),
    ]);
    await tenants.connect(async (client) => {
      await prepareTenantsServer(client, { admin: PASSWORD, watchdog: PASSWORD });
      await prepareWatchdogDatabase(client);
    });
    await analytics.connect((client) =>
      prepareAnalyticsServer(client, { admin: PASSWORD, authenticator: PASSWORD, watchdog: PASSWORD }),
    );
    return new SqlFixture(tenants, analytics);
  }

  async stop(): Promise<void> {
    await Promise.all([this.tenants.stop(), this.analytics.stop()]);
  }

  /** Inputs of a tenant's resource, as its components would give them. */
  inputs(kind: Kind, tenant: string, models: readonly string[] = ["core/v1", "finance_ppm/v1"]): WireObject {
    const database = (user: string) => ({
      host: "127.0.0.1",
      port: this.tenants.port,
      database: tenant,
      user,
      password: PASSWORD,
      sslmode: "disable",
    });
    const own = { tenant, connection: database(tenant) };
    switch (kind) {
      case "DatabaseSetup":
        return { ...own, roles: { reporter: `${tenant}_reporter` } };
      case "ReportingViews":
        return { ...own, schema: "reporting", models: [...models] };
      case "AnalyticsSchema":
        return {
          tenant,
          connection: {
            ...database(PLATFORM_ADMIN),
            port: this.analytics.port,
            database: "postgres",
          },
          source: database(`${tenant}_reporter`),
          ...analyticsOf(tenant),
          models: [...models],
        };
    }
  }

  /** Checks inputs and creates the resource; the state that Pulumi would keep. */
  async create(kind: Kind, tenant: string, inputs = this.inputs(kind, tenant)): Promise<WireObject> {
    const checked = await this.provider.check(urnOf(kind, tenant), {}, inputs);
    if (checked.failures) throw new Error(JSON.stringify(checked.failures));
    const created = await this.provider.create(urnOf(kind, tenant), checked.inputs as WireObject);
    return created.outs as WireObject;
  }

  /** Roles and database, as the PostgreSQL provider makes them with the same administrator. */
  async makeDatabase(tenant: string): Promise<void> {
    const { roles } = analyticsOf(tenant);
    const admin = { user: PLATFORM_ADMIN, password: PASSWORD };
    await this.tenants.connect(async (client) => {
      await client.query(`CREATE ROLE "${tenant}" LOGIN PASSWORD '${PASSWORD}'`);
      await client.query(`CREATE ROLE "${tenant}_reporter" LOGIN PASSWORD '${PASSWORD}'`);
      await client.query(`GRANT "${tenant}" TO CURRENT_USER`);
      await client.query(`CREATE DATABASE "${tenant}" OWNER "${tenant}" TEMPLATE template0 ALLOW_CONNECTIONS false`);
      await client.query(`REVOKE "${tenant}" FROM CURRENT_USER`);
    }, admin);
    await this.analytics.connect(async (client) => {
      await client.query(`CREATE ROLE ${roles.owner} NOLOGIN`);
      await client.query(`CREATE ROLE ${roles.reader} LOGIN PASSWORD '${PASSWORD}'`);
    }, admin);
    await this.create("DatabaseSetup", tenant);
  }

  /** A whole tenant with sample data in all its parts; with models, those and the modules that they need. */
  async makeTenant(tenant: string, models?: readonly string[], modules = FINANCE_MODULES): Promise<void> {
    await this.makeDatabase(tenant);
    await this.asOwner(tenant, (client) => seedOdoo(client, { tenant, modules }));
    await this.create("ReportingViews", tenant, this.inputs("ReportingViews", tenant, models));
    await this.create("AnalyticsSchema", tenant, this.inputs("AnalyticsSchema", tenant, models));
  }

  /** Runs `use` in the tenant's database as its owner, which Odoo is. */
  asOwner<T>(tenant: string, use: (client: pg.Client) => Promise<T>): Promise<T> {
    return this.tenants.connect(use, { user: tenant, database: tenant, password: PASSWORD });
  }

  /** Runs `use` in the tenant's database as its reporter. */
  asReporter<T>(tenant: string, use: (client: pg.Client) => Promise<T>): Promise<T> {
    return this.tenants.connect(use, { user: `${tenant}_reporter`, database: tenant, password: PASSWORD });
  }

  /** Runs `use` on the analytics server as the tenant's reader. */
  asReader<T>(tenant: string, use: (client: pg.Client) => Promise<T>): Promise<T> {
    return this.analytics.connect(use, { user: analyticsOf(tenant).roles.reader, password: PASSWORD });
  }

  /** Runs `use` as PostgREST would: logged in as `authenticator`, switched to `role`, the caller's claims in a setting. */
  asApi<T>(role: string, claims: string | undefined, use: (client: pg.Client) => Promise<T>): Promise<T> {
    return this.analytics.connect(
      async (client) => {
        await client.query("BEGIN");
        await client.query(`SET LOCAL ROLE ${role}`);
        if (claims !== undefined) await client.query("SELECT set_config('request.jwt.claims', $1, true)", [claims]);
        return use(client);
      },
      { user: "authenticator", password: PASSWORD },
    );
  }

  /** Runs the tenant's refresh(), as pg_cron would. */
  refresh(
    tenant: string,
  ): Promise<{ succeeded: boolean | null; error: string | null; row_counts: Record<string, number> | null }> {
    return this.analytics.connect(
      async (client) => {
        const { rows } = await client.query(`SELECT * FROM ${analyticsOf(tenant).names.dataSchema}.refresh()`);
        return rows[0] as Awaited<ReturnType<SqlFixture["refresh"]>>;
      },
      { user: PLATFORM_ADMIN, password: PASSWORD },
    );
  }
}
