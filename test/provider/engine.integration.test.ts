import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { z } from "zod";
import {
  connected,
  createDatabase,
  restoreDump,
  serverVersion,
  swapDatabases,
} from "../../features/backups/database.ts";
import { dumpLocale } from "../../features/backups/locale.ts";
import { run } from "../../features/backups/programs.ts";
import { seedOdoo } from "../../sandbox/seed/index.ts";
import {
  PLATFORM_ADMIN,
  prepareAnalyticsServer,
  prepareTenantsServer,
} from "../../sandbox/services/preparePostgres.ts";
import { ensureToolchain, toolchainEnv } from "../../sandbox/toolchain/ensure.ts";
import { backupPrograms } from "../support/backups.ts";
import { lurk } from "../support/lurker.ts";
import { startThrowAwayPostgres, type ThrowAwayPostgres } from "../support/postgres.ts";
import { FINANCE_MODULES } from "../support/sqlFixture.ts";

const CHECKOUT = join(import.meta.dirname, "..", "..");
const ADMIN_PASSWORD = "the-administrators-password";
const TENANTS = ["acme", "beta-two"];

/** The two components on the two servers; what a run is to make comes by the environment. */
const PROGRAM = `
import * as postgresql from "@pulumi/postgresql";
import * as pulumi from "@pulumi/pulumi";
import { SupabaseSchema } from "${CHECKOUT}/components/supabaseSchema.ts";
import { TenantDatabase } from "${CHECKOUT}/components/tenantDatabase.ts";

const env = process.env;
const admin = { host: "127.0.0.1", username: "${PLATFORM_ADMIN}", password: pulumi.secret(env.ADMIN_PASSWORD), sslmode: "disable", superuser: false };
const tenantsPort = Number(env.TENANTS_PORT);
const analyticsPort = Number(env.ANALYTICS_PORT);
const tenants = new postgresql.Provider("tenants", { ...admin, port: tenantsPort, database: "postgres" });
const analytics = new postgresql.Provider("analytics", { ...admin, port: analyticsPort, database: "postgres" });
export const passwords = {};
for (const tenant of env.TENANTS.split(",")) {
  const database = new TenantDatabase(
    tenant + "-database",
    { tenant, connectionLimit: 20, generation: Number(env.GENERATION), server: { host: "127.0.0.1", port: tenantsPort, sslmode: "disable", lcCtype: "C.UTF-8" }, protect: false },
    { providers: [tenants] },
  );
  passwords[tenant] = { owner: database.password, reporter: database.reporterPassword };
  if (env.WITH_ANALYTICS === undefined) continue;
  const schema = new SupabaseSchema(
    tenant + "-analytics",
    {
      tenant, models: ["core/v1", "finance_ppm/v1"], generation: Number(env.GENERATION), source: database, installed: [], protect: false,
      server: { host: "127.0.0.1", port: analyticsPort, database: "postgres", user: admin.username, password: admin.password, sslmode: "disable", tenantsHost: "127.0.0.1", tenantsPort },
    },
    { providers: [analytics] },
  );
  passwords[tenant].reader = schema.password;
}
`;

const stateSchema = z.looseObject({
  deployment: z.looseObject({
    resources: z.array(
      z.looseObject({
        type: z.string(),
        inputs: z.record(z.string(), z.unknown()).optional(),
        outputs: z.record(z.string(), z.unknown()).optional(),
      }),
    ),
  }),
});
const passwordsSchema = z.record(z.string(), z.record(z.string(), z.string()));

describe("provider odoosql under the Pulumi engine", function () {
  // The toolchain may have to be built first.
  this.timeout(3_600_000);
  let home: string;
  let tenants: ThrowAwayPostgres;
  let analytics: ThrowAwayPostgres;
  let environment: NodeJS.ProcessEnv;

  before(async () => {
    const toolchain = await ensureToolchain(["core"], { log: console.error });
    [tenants, analytics] = await Promise.all([startThrowAwayPostgres("tenants"), startThrowAwayPostgres("analytics")]);
    await tenants.connect((client) =>
      prepareTenantsServer(client, { admin: ADMIN_PASSWORD, watchdog: ADMIN_PASSWORD }),
    );
    await analytics.connect((client) =>
      prepareAnalyticsServer(client, {
        admin: ADMIN_PASSWORD,
        authenticator: ADMIN_PASSWORD,
        watchdog: ADMIN_PASSWORD,
      }),
    );
    home = mkdtempSync(join(tmpdir(), "odoo-saas-engine-"));
    mkdirSync(join(home, "state"));
    symlinkSync(join(CHECKOUT, "node_modules"), join(home, "node_modules"));
    writeFileSync(join(home, "package.json"), '{ "type": "module" }');
    writeFileSync(join(home, "index.ts"), PROGRAM);
    const plugin = { name: "odoosql", path: join(CHECKOUT, "providers", "odoosql") };
    const project = {
      name: "odoosql-test",
      runtime: { name: "nodejs", options: { typescript: false } },
      main: "index.ts",
      plugins: { providers: [plugin] },
    };
    writeFileSync(join(home, "Pulumi.yaml"), JSON.stringify(project));
    environment = {
      ...toolchainEnv(toolchain),
      PULUMI_BACKEND_URL: `file://${join(home, "state")}`,
      PULUMI_CONFIG_PASSPHRASE: "a-passphrase",
      ADMIN_PASSWORD,
      TENANTS_PORT: String(tenants.port),
      ANALYTICS_PORT: String(analytics.port),
      TENANTS: TENANTS.join(","),
      GENERATION: "1",
    };
    await pulumi(["stack", "init", "test"]);
  });
  after(async () => {
    await Promise.all([tenants.stop(), analytics.stop()]);
    rmSync(home, { recursive: true, force: true });
  });

  async function pulumi(args: string[], env: NodeJS.ProcessEnv = {}): Promise<{ output: string; failed: boolean }> {
    return new Promise((resolve) => {
      execFile(
        "pulumi",
        [...args, "--non-interactive"],
        { cwd: home, env: { ...environment, ...env }, maxBuffer: 1 << 26 },
        (error, stdout, stderr) => resolve({ output: stdout + stderr, failed: error !== null }),
      );
    });
  }
  async function up(args: string[], env: NodeJS.ProcessEnv): Promise<string> {
    const { output, failed } = await pulumi(["up", "--yes", "--skip-preview", "--stack", "test", ...args], env);
    assert.ok(!failed, output);
    return output;
  }
  async function passwords(): Promise<Record<string, Record<string, string>>> {
    const { output } = await pulumi(["stack", "output", "passwords", "--json", "--show-secrets", "--stack", "test"]);
    return passwordsSchema.parse(JSON.parse(output));
  }
  const ANALYTICS = { WITH_ANALYTICS: "yes" };

  it("makes databases with their roles, which nobody else gets into however early", async () => {
    const lurker = await lurk(tenants);
    await up([], {});
    assert.deepEqual(await lurker.stop(), { entered: [], tried: [...TENANTS] });
    const unchanged = await up(["--refresh", "--expect-no-changes"], {});
    assert.doesNotMatch(unchanged, /allowConnections/);
    for (const [tenant, { owner, reporter }] of Object.entries(await passwords())) {
      assert.ok(owner !== undefined && reporter !== undefined);
      await tenants.connect((client) => client.query("CREATE TABLE t (); DROP TABLE t"), {
        user: tenant,
        database: tenant,
        password: owner,
      });
    }
  });

  it("keeps a database that an earlier version made without a locale for letters", async () => {
    const file = join(home, "exported.json");
    const exported = await pulumi(["stack", "export", "--stack", "test", "--file", file]);
    assert.ok(!exported.failed, exported.output);
    const state = stateSchema.parse(JSON.parse(readFileSync(file, "utf8")));
    const databases = state.deployment.resources.filter(({ type }) => type === "postgresql:index/database:Database");
    assert.equal(databases.length, TENANTS.length);
    for (const { inputs = {}, outputs = {} } of databases) {
      assert.equal(inputs["lcCtype"], "C.UTF-8");
      delete inputs["lcCtype"];
      outputs["lcCtype"] = "C";
    }
    writeFileSync(file, JSON.stringify(state));
    const imported = await pulumi(["stack", "import", "--stack", "test", "--file", file]);
    assert.ok(!imported.failed, imported.output);
    await up(["--expect-no-changes"], {});
  });

  it("fails with a message that tells what to do, and no stack trace, while Odoo's tables are missing", async () => {
    const { output, failed } = await pulumi(["up", "--yes", "--skip-preview", "--stack", "test"], ANALYTICS);
    assert.ok(failed);
    assert.match(output, /Could not make the reporting views of tenant acme\n/);
    assert.match(output, /fix: {3}Odoo has not made the table/);
    assert.doesNotMatch(output, /^\s+at .*\.[tj]s:\d+/m);
  });

  it("goes on from there when they are there, and then has nothing to change", async () => {
    for (const [tenant, { owner }] of Object.entries(await passwords())) {
      await tenants.connect((client) => seedOdoo(client, { tenant, modules: FINANCE_MODULES }), {
        user: tenant,
        database: tenant,
        password: owner ?? "",
      });
    }
    await up([], ANALYTICS);
    await up(["--expect-no-changes"], ANALYTICS);
    await assertReadable();
  });

  it("rotates every password, the one that the analytics server copies with included", async () => {
    const before = await passwords();
    await up([], { ...ANALYTICS, GENERATION: "2" });
    const after = await passwords();
    for (const tenant of TENANTS) {
      for (const role of ["owner", "reporter", "reader"])
        assert.notEqual(after[tenant]?.[role], before[tenant]?.[role]);
    }
    await assertReadable();
    for (const schema of ["tenant_acme_data", "tenant_beta_two_data"]) {
      const result = await analytics.connect((client) =>
        client.query<{ succeeded: boolean }>(`SELECT * FROM ${schema}.refresh()`),
      );
      assert.equal(result.rows[0]?.succeeded, true);
    }
  });

  it("repairs what was dropped by hand, and gives a restored database its privileges again", async () => {
    const { owner = "", reporter = "" } = (await passwords())["acme"] ?? {};
    const asReporter = { user: "acme_reporter", database: "acme", password: reporter };
    const readReports = () => tenants.connect((client) => client.query("SELECT FROM reporting.portfolio"), asReporter);
    await readReports();
    await restoreInPlace("acme", owner);
    await assert.rejects(readReports(), /permission denied for database "acme"/);
    await analytics.connect((client) => client.query("DROP SCHEMA tenant_acme CASCADE"));
    await tenants.connect((client) => client.query("DROP VIEW reporting.portfolio"), { database: "beta-two" });
    await up(["--refresh"], { ...ANALYTICS, GENERATION: "2" });
    await assertReadable();
    await readReports();
    await up(["--refresh", "--expect-no-changes"], { ...ANALYTICS, GENERATION: "2" });
  });

  it("leaves no password in state and logs", async () => {
    const values = [ADMIN_PASSWORD, ...Object.values(await passwords()).flatMap((of) => Object.values(of))];
    assert.equal(values.length, 7);
    const state = join(home, "state", ".pulumi");
    const files = readdirSync(state, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name));
    assert.ok(files.length > 0);
    for (const file of [...files, tenants.logFile, analytics.logFile]) {
      const text = readFileSync(file, "utf8");
      for (const value of values) assert.ok(!text.includes(value), file);
    }
  });

  it("takes a tenant away whose schema was made with a password of the administrator that is no longer right", async () => {
    const password = "the-administrators-new-password";
    for (const server of [tenants, analytics])
      await server.connect((client) => client.query(`ALTER ROLE ${PLATFORM_ADMIN} PASSWORD '${password}'`));
    await up([], { ...ANALYTICS, GENERATION: "2", TENANTS: "acme", ADMIN_PASSWORD: password });
    const { rows } = await analytics.connect((client) =>
      client.query("SELECT nspname FROM pg_namespace WHERE nspname ~ '^tenant_beta'"),
    );
    assert.deepEqual(rows, []);
  });

  it("takes everything away again", async () => {
    const { output, failed } = await pulumi(["destroy", "--yes", "--skip-preview", "--stack", "test"], ANALYTICS);
    assert.ok(!failed, output);
    const left = (server: ThrowAwayPostgres) =>
      server.connect(async (client) => {
        const { rows } = await client.query<{ name: string }>(
          `SELECT rolname::text AS name FROM pg_roles WHERE rolname ~ '^(tenant_|acme|beta)'
           UNION ALL SELECT datname FROM pg_database WHERE datname ~ '^(acme|beta)'
           UNION ALL SELECT nspname FROM pg_namespace WHERE nspname ~ '^tenant_'
           UNION ALL SELECT srvname FROM pg_foreign_server`,
        );
        return rows;
      });
    assert.deepEqual([...(await left(tenants)), ...(await left(analytics))], []);
  });

  /** Puts a copy of a tenant's database in its place, as a restore and its runbook do. */
  async function restoreInPlace(tenant: string, password: string): Promise<void> {
    const server = { host: "127.0.0.1", port: tenants.port, sslmode: "disable" } as const;
    const admin = { ...server, database: "postgres", user: PLATFORM_ADMIN, password: ADMIN_PASSWORD };
    const owner = { ...server, database: tenant, user: tenant, password };
    const restored = `${tenant}_restored`;
    const dump = join(home, "database.dump");
    const client = { PGHOST: server.host, PGPORT: String(server.port), PGUSER: tenant, PGPASSWORD: password };
    const programs = await backupPrograms();
    const env = { ...programs.env, ...client };
    const dumped = await run("pg_dump", ["--format=custom", "--no-owner", "--no-acl", `--file=${dump}`, tenant], {
      env,
    });
    assert.equal(dumped.status, 0, dumped.stderr);
    const versions = await connected(admin, async (server) => ({
      client: programs.clientVersion,
      server: await serverVersion(server),
    }));
    const lurker = await lurk(tenants);
    await createDatabase(admin, { ...owner, database: restored }, await dumpLocale(env, dump, undefined));
    await restoreDump(env, dump, restored, versions);
    await swapDatabases(admin, owner, restored, `${tenant}_lost`);
    assert.deepEqual((await lurker.stop()).entered, []);
    await tenants.connect((client) => client.query(`DROP DATABASE ${tenant}_lost`));
  }

  async function assertReadable(): Promise<void> {
    for (const [tenant, { reader }] of Object.entries(await passwords())) {
      const schema = `tenant_${tenant.replaceAll("-", "_")}`;
      await analytics.connect(
        async (client) => {
          const { rowCount } = await client.query(`SELECT FROM ${schema}.project_financials`);
          assert.ok((rowCount ?? 0) > 0);
        },
        { user: `${schema}_reader`, password: reader ?? "" },
      );
    }
  }
});
