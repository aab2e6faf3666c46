import assert from "node:assert/strict";
import { seedOdoo } from "../../sandbox/seed/index.ts";
import { startPostgres, stopPostgres } from "../../sandbox/services/postgres.ts";
import { inTransaction } from "../../providers/odoosql/database.ts";
import { inputSchemas } from "../../providers/odoosql/inputs.ts";
import { type WireObject } from "../../providers/odoosql/values.ts";
import { FINANCE_MODULES, type Kind, PASSWORD, SqlFixture, urnOf } from "../support/sqlFixture.ts";
import { UNKNOWN } from "../../lib/pulumiMarks.ts";

const SECRET = "4dabf18193072939515e22adb298388d";
const secret = (value: string) => ({ [SECRET]: "1b47061264138c4ac30d75fd1eb44270", value });

describe("provider odoosql", function () {
  this.timeout(120_000);
  let fixture: SqlFixture;

  before(async () => {
    fixture = await SqlFixture.start();
    await fixture.makeTenant("acme");
  });
  after(() => fixture.stop());

  const check = async (kind: Kind, inputs: WireObject) => {
    const result = await fixture.provider.check(urnOf(kind, "acme"), {}, inputs);
    return (result.failures ?? []).map(({ property, reason }) => `${property}: ${reason}`);
  };
  const diff = async (kind: Kind, before: WireObject, changes: WireObject) => {
    const news = (await fixture.provider.check(urnOf(kind, "acme"), before, { ...before, ...changes }))
      .inputs as WireObject;
    const result = await fixture.provider.diff("id", urnOf(kind, "acme"), before, news);
    return { changes: result.changes, replaces: result.replaces };
  };
  const exists = (schema: string) =>
    fixture.analytics.connect(async (client) => {
      const { rows } = await client.query<{ found: boolean }>("SELECT to_regnamespace($1) IS NOT NULL AS found", [
        schema,
      ]);
      return rows[0]?.found;
    });

  describe("check", () => {
    it("tells each wrong input by its path", async () => {
      const inputs = fixture.inputs("AnalyticsSchema", "acme");
      assert.deepEqual(await check("AnalyticsSchema", inputs), []);
      const failures = await check("AnalyticsSchema", {
        ...inputs,
        tenant: "",
        source: { ...(inputs["source"] as WireObject), port: 70000, sslmode: "prefer" },
        models: ["finance_ppm/v9", "core/v1", "core/v1"],
        more: true,
      });
      assert.deepEqual(failures, [
        "tenant: must not be empty",
        "source.port: Too big: expected number to be <=65535",
        'source.sslmode: Invalid option: expected one of "disable"|"require"|"verify-ca"|"verify-full"',
        'models: no reporting model "finance_ppm/v9" below sql/: expected one of core/v1, finance_ppm/v1, scout/v1',
        "models: names a model twice",
        ': Unrecognized key: "more"',
      ]);
    });

    it("accepts what is not known before the update, and secrets as they are", async () => {
      const inputs = fixture.inputs("DatabaseSetup", "acme");
      const connection = { ...(inputs["connection"] as WireObject), port: UNKNOWN, password: secret(PASSWORD) };
      assert.deepEqual(await check("DatabaseSetup", { ...inputs, connection }), []);
      assert.deepEqual(await check("DatabaseSetup", { ...inputs, connection: UNKNOWN }), []);
      const result = await fixture.provider.check(urnOf("DatabaseSetup", "acme"), {}, { ...inputs, connection });
      assert.deepEqual((result.inputs as WireObject)["connection"], connection);
    });

    it("refuses a resource type that it does not have", async () => {
      await assert.rejects(
        async () => fixture.provider.check("urn:pulumi:test::odoo-saas::odoosql:index:Other::acme", {}, {}),
        /expected DatabaseSetup, PrivateDatabase, ReportingViews, AnalyticsSchema, TenantLifecycle/,
      );
    });
  });

  describe("diff", () => {
    it("finds nothing changed in what was created", async () => {
      for (const kind of ["DatabaseSetup", "ReportingViews", "AnalyticsSchema"] as const) {
        const state = await fixture.create(kind, "acme");
        assert.deepEqual(await diff(kind, state, {}), { changes: false, replaces: [] }, kind);
      }
    });

    it("updates for other models, SQL files and passwords, and replaces for another tenant or database", async () => {
      const state = await fixture.create("ReportingViews", "acme");
      const connection = state["connection"] as WireObject;
      const update = { changes: true, replaces: [] };
      assert.deepEqual(await diff("ReportingViews", state, { models: ["core/v1"] }), update);
      assert.deepEqual(await diff("ReportingViews", { ...state, checksum: "of older files" }, {}), update);
      assert.deepEqual(await diff("ReportingViews", state, { connection: { ...connection, password: "new" } }), update);
      assert.deepEqual(
        await diff("ReportingViews", state, { connection: { ...connection, password: UNKNOWN } }),
        update,
      );
      assert.deepEqual(
        await diff("ReportingViews", state, { connection: { ...connection, host: "db.example" } }),
        update,
      );
      assert.deepEqual(await diff("ReportingViews", state, { tenant: "other" }), {
        changes: true,
        replaces: ["tenant"],
      });
      assert.deepEqual(await diff("ReportingViews", state, { connection: { ...connection, database: "other" } }), {
        changes: true,
        replaces: ["connection"],
      });
    });
  });

  describe("create, update, read, delete", () => {
    it("gives secrets back as the secrets they were", async () => {
      const inputs = fixture.inputs("ReportingViews", "acme");
      const state = await fixture.create("ReportingViews", "acme", {
        ...inputs,
        connection: { ...(inputs["connection"] as WireObject), password: secret(PASSWORD) },
      });
      assert.deepEqual((state["connection"] as WireObject)["password"], secret(PASSWORD));
    });

    it("takes away the views and tables of a model that is no longer wanted, and brings them back", async () => {
      for (const kind of ["ReportingViews", "AnalyticsSchema"] as const) {
        const all = await fixture.create(kind, "acme");
        const less = await fixture.create(kind, "acme", fixture.inputs(kind, "acme", ["core/v1"]));
        const read = await fixture.provider.read("id", urnOf(kind, "acme"), all);
        assert.equal(read.id, "", `${kind}: views of all models are no longer there`);
        assert.equal((await fixture.provider.read("id", urnOf(kind, "acme"), less)).id, "id");
        await fixture.provider.update("id", urnOf(kind, "acme"), less, all);
        assert.equal((await fixture.provider.read("id", urnOf(kind, "acme"), all)).id, "id");
      }
    });

    it("only tries the password when nothing else is new, and refuses one that the role does not have", async () => {
      const state = await fixture.create("ReportingViews", "acme");
      const withPassword = (password: string) => ({
        ...state,
        connection: { ...(state["connection"] as WireObject), password },
      });
      const update = (news: WireObject) =>
        fixture.provider.update("id", urnOf("ReportingViews", "acme"), withPassword("an old one"), news);
      const views = () =>
        fixture.asOwner("acme", (client) => client.query("SELECT oid FROM pg_class WHERE relkind = 'v' ORDER BY oid"));
      const before = await views();
      assert.deepEqual((await update(state)).outs, state);
      assert.deepEqual((await views()).rows, before.rows);
      await assert.rejects(update(withPassword("wrong")), /Could not log in to the database of tenant acme[^]*28P01/);
    });

    it("writes the reporter's new password into the way to its database", async () => {
      const admin = { user: "platform_admin", password: PASSWORD };
      await fixture.tenants.connect((client) => client.query("ALTER ROLE acme_reporter PASSWORD 'rotated'"), admin);
      assert.equal((await fixture.refresh("acme")).succeeded, false);
      const state = fixture.inputs("AnalyticsSchema", "acme");
      const source = { ...(state["source"] as WireObject), password: "rotated" };
      await fixture.provider.update("id", urnOf("AnalyticsSchema", "acme"), state, { ...state, source });
      assert.equal((await fixture.refresh("acme")).succeeded, true);
      await fixture.tenants.connect((client) => client.query(`ALTER ROLE acme_reporter PASSWORD '${PASSWORD}'`), admin);
      await fixture.create("AnalyticsSchema", "acme");
    });

    for (const [what, server, sql] of [
      ["a view", "analytics", "DROP VIEW tenant_acme.projects"],
      ["refresh()", "analytics", "DROP FUNCTION tenant_acme_data.refresh()"],
      ["the foreign server", "analytics", "DROP SERVER tenant_acme_server CASCADE"],
      ["a schema", "analytics", "DROP SCHEMA tenant_acme_data CASCADE"],
    ] as const) {
      it(`finds ${what} missing, and makes it again`, async () => {
        const state = await fixture.create("AnalyticsSchema", "acme");
        await fixture[server].connect((client) => client.query(sql));
        assert.equal((await fixture.provider.read("id", urnOf("AnalyticsSchema", "acme"), state)).id, "");
        await fixture.create("AnalyticsSchema", "acme");
        assert.equal((await fixture.provider.read("id", urnOf("AnalyticsSchema", "acme"), state)).id, "id");
        assert.equal((await fixture.refresh("acme")).succeeded, true);
      });
    }

    it("finds that PUBLIC may connect again, and that older files made the views", async () => {
      const setup = await fixture.create("DatabaseSetup", "acme");
      await fixture.asOwner("acme", (client) => client.query("GRANT CONNECT ON DATABASE acme TO PUBLIC"));
      assert.equal((await fixture.provider.read("id", urnOf("DatabaseSetup", "acme"), setup)).id, "");
      await fixture.create("DatabaseSetup", "acme");
      assert.equal((await fixture.provider.read("id", urnOf("DatabaseSetup", "acme"), setup)).id, "id");

      const views = await fixture.create("ReportingViews", "acme");
      await fixture.asOwner("acme", (client) =>
        client.query("UPDATE platform.applied_sql SET checksum = 'old' WHERE file LIKE '%010_projects.sql'"),
      );
      const read = await fixture.provider.read("id", urnOf("ReportingViews", "acme"), views);
      assert.deepEqual(await diff("ReportingViews", read.props as WireObject, {}), { changes: true, replaces: [] });
    });

    it("deletes with the newest password of its role, when the one that it was made with is refused", async () => {
      const state = await fixture.create("AnalyticsSchema", "acme");
      const rotate = (password: string) =>
        fixture.analytics.connect((client) => client.query(`ALTER ROLE platform_admin PASSWORD '${password}'`));
      const deletion = () => fixture.provider.delete("id", urnOf("AnalyticsSchema", "acme"), state);
      await rotate("tomorrow");
      try {
        await assert.rejects(deletion(), /28P01/);
        const declared = fixture.inputs("AnalyticsSchema", "other");
        const connection = { ...(declared["connection"] as WireObject), password: secret("tomorrow") };
        await fixture.provider.check(urnOf("AnalyticsSchema", "other"), {}, { ...declared, connection });
        await deletion();
        assert.equal(await exists("tenant_acme"), false);
      } finally {
        await rotate(PASSWORD);
      }
    });

    it("deletes everything it made on the analytics server, and is content when it is gone", async () => {
      const state = await fixture.create("AnalyticsSchema", "acme");
      await fixture.provider.delete("id", urnOf("AnalyticsSchema", "acme"), state);
      await fixture.provider.delete("id", urnOf("AnalyticsSchema", "acme"), state);
      for (const schema of ["tenant_acme", "tenant_acme_data", "tenant_acme_fdw"])
        assert.equal(await exists(schema), false);
      await fixture.analytics.connect((client) => client.query("DROP ROLE tenant_acme_owner, tenant_acme_reader"), {
        user: "platform_admin",
        password: PASSWORD,
      });
      await fixture.provider.delete("id", urnOf("AnalyticsSchema", "acme"), state);
    });

    it("deletes its views, and nothing else of the tenant's database", async () => {
      const state = await fixture.create("ReportingViews", "acme");
      await fixture.provider.delete("id", urnOf("ReportingViews", "acme"), state);
      await fixture.provider.delete("id", urnOf("ReportingViews", "acme"), state);
      await fixture.asOwner("acme", async (client) => {
        assert.equal((await client.query("SELECT FROM pg_views WHERE schemaname = 'reporting'")).rowCount, 0);
        assert.ok(((await client.query("SELECT FROM project_project")).rowCount ?? 0) > 0);
      });
    });

    it("counts as changed what a tenant keeps it from seeing by another password, and fails nobody's refresh", async () => {
      await fixture.makeDatabase("hidden");
      const state = await fixture.create("DatabaseSetup", "hidden");
      const checksum = async () => {
        const found = await fixture.provider.read("id", urnOf("DatabaseSetup", "hidden"), state);
        assert.equal(found.id, "id");
        return (found.props as WireObject)["checksum"];
      };
      assert.equal(await checksum(), state["checksum"]);
      await fixture.tenants.connect((client) => client.query("ALTER ROLE hidden PASSWORD 'another'"));
      assert.notEqual(await checksum(), state["checksum"]);
      await fixture.tenants.connect((client) => client.query(`ALTER ROLE hidden PASSWORD '${PASSWORD}'`));
      assert.equal(await checksum(), state["checksum"]);
    });

    it("takes a database that is gone as gone", async () => {
      await fixture.makeDatabase("brief");
      const state = await fixture.create("DatabaseSetup", "brief");
      const views = fixture.inputs("ReportingViews", "brief");
      await fixture.tenants.connect((client) => client.query("DROP DATABASE brief WITH (FORCE)"));
      assert.equal((await fixture.provider.read("id", urnOf("DatabaseSetup", "brief"), state)).id, "");
      await fixture.provider.delete("id", urnOf("ReportingViews", "brief"), views);
    });
  });

  describe("errors", () => {
    before(() => fixture.makeDatabase("late"));

    it("say what was done, where, why, and what to do: Odoo's tables are not there", async () => {
      await assert.rejects(fixture.create("ReportingViews", "late"), (error: Error) => {
        assert.match(error.message, /^Could not make the reporting views of tenant late\n/);
        assert.match(
          error.message,
          /where: server 127\.0\.0\.1:\d+, database "late", role "late", sql\/tenant\/core\/v1\/010_companies\.sql/,
        );
        assert.match(error.message, /relation "public\.res_company" does not exist \(SQLSTATE 42P01\)/);
        assert.match(error.message, /fix: {3}Odoo has not made the table/);
        assert.match(error.message, /docs\/runbooks\/analytics-sql\.md/);
        return true;
      });
    });

    it("say which view the analytics server misses, and leave nothing behind", async () => {
      await assert.rejects(
        fixture.create("AnalyticsSchema", "late"),
        /no view reporting\.\w+ that its reporter may read/,
      );
      assert.equal(await exists("tenant_late_data"), false);
    });

    it("say that the analytics server does not reach the tenant's database, and tell no password", async () => {
      await fixture.asOwner("late", (client) => seedOdoo(client, { tenant: "late", modules: FINANCE_MODULES }));
      await fixture.create("ReportingViews", "late");
      const inputs = fixture.inputs("AnalyticsSchema", "late");
      const source = { ...(inputs["source"] as WireObject), password: "not-the-reporters" };
      await assert.rejects(fixture.create("AnalyticsSchema", "late", { ...inputs, source }), (error: Error) => {
        assert.match(error.message, /password authentication failed for user "late_reporter"/);
        assert.ok(!error.message.includes("not-the-reporters"));
        return true;
      });
    });

    it("say what a server lacks that is not prepared as Supabase is", async () => {
      const inputs = fixture.inputs("AnalyticsSchema", "late");
      const connection = { ...(inputs["connection"] as WireObject), port: fixture.tenants.port };
      await assert.rejects(
        fixture.create("AnalyticsSchema", "late", { ...inputs, connection }),
        /lacks: role tenant_late_owner, role tenant_late_reader, role authenticated, CREATE on the database.*, extension postgres_fdw/,
      );
    });

    it("say that a password is wrong", async () => {
      const inputs = fixture.inputs("ReportingViews", "late");
      const connection = { ...(inputs["connection"] as WireObject), password: "wrong-one" };
      await assert.rejects(
        fixture.create("ReportingViews", "late", { ...inputs, connection }),
        /28P01[^]*fix: {3}the password in Pulumi's state is not the role's/,
      );
    });
  });

  it("waits for a server that is not up yet", async () => {
    await stopPostgres(fixture.tenants);
    const created = fixture.create("DatabaseSetup", "acme");
    await startPostgres(fixture.tenants);
    assert.equal((await created)["tenant"], "acme");
  });

  it("runs again when its connection breaks in the middle, and not for ever", async () => {
    const task = { what: "try it", tenant: "acme", secrets: [] };
    const { connection } = inputSchemas.DatabaseSetup.parse(fixture.inputs("DatabaseSetup", "acme"));
    let runs = 0;
    const run = (breaks: number) =>
      inTransaction(task, connection, async (session) => {
        const { rows } = await session.query<{ pid: number }>("SELECT pg_backend_pid() AS pid");
        if (++runs <= breaks)
          await fixture.tenants.connect((client) => client.query("SELECT pg_terminate_backend($1)", [rows[0]?.pid]));
        await session.query("SELECT pg_sleep(0.1)");
        return runs;
      });
    assert.equal(await run(1), 2);
    runs = 0;
    await assert.rejects(run(9), /Could not try it of tenant acme/);
    assert.equal(runs, 3);
  });

  it("makes more tenants at once than it opens connections", async () => {
    const tenants = Array.from({ length: 10 }, (_, index) => `many-${String(index)}`);
    for (const tenant of tenants) await fixture.makeDatabase(tenant);
    await Promise.all(
      tenants.map((tenant) =>
        fixture.asOwner(tenant, (client) => seedOdoo(client, { tenant, modules: FINANCE_MODULES })),
      ),
    );
    await Promise.all(tenants.map((tenant) => fixture.create("ReportingViews", tenant)));
    await Promise.all(tenants.map((tenant) => fixture.create("AnalyticsSchema", tenant)));
    for (const tenant of tenants) assert.equal((await fixture.refresh(tenant)).succeeded, true);
  });
});
