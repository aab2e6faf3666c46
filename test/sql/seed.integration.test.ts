import assert from "node:assert/strict";
import { seedOdoo } from "../../sandbox/seed/index.ts";
import { financeRows } from "../../sandbox/seed/financeRows.ts";
import { retailRows } from "../../sandbox/seed/retailRows.ts";
import { installedModules } from "../../sandbox/seed/modules.ts";
import { startThrowAwayPostgres, type ThrowAwayPostgres } from "../support/postgres.ts";
import { FINANCE_MODULES, RETAIL_MODULES } from "../support/sqlFixture.ts";

describe("the sandbox's sample data", function () {
  this.timeout(120_000);
  let server: ThrowAwayPostgres;

  before(async () => {
    server = await startThrowAwayPostgres("seed");
    await server.connect((client) => client.query("CREATE DATABASE one"));
  });
  after(() => server.stop());

  const tables = (database: string) =>
    server.connect(
      async (client) => {
        const { rows } = await client.query<{ name: string }>(
          "SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public' ORDER BY 1",
        );
        const counts: Record<string, number> = {};
        for (const { name } of rows) counts[name] = (await client.query(`SELECT FROM ${name}`)).rowCount ?? 0;
        return counts;
      },
      { database },
    );

  it("is a few hundred rows, the same when it is seeded again", async () => {
    const seed = () =>
      server.connect((client) => seedOdoo(client, { tenant: "one", modules: FINANCE_MODULES }), { database: "one" });
    await seed();
    const first = await tables("one");
    const total = Object.values(first).reduce((sum, rows) => sum + rows, 0);
    assert.ok(total >= 300 && total <= 900, `${total} rows`);
    assert.ok(Object.values(first).every((rows) => rows > 0));
    await seed();
    assert.deepEqual(await tables("one"), first);
  });

  it("leaves Odoo's sequences behind the rows", async () => {
    await server.connect((client) => client.query("INSERT INTO res_partner (name) VALUES ('next')"), {
      database: "one",
    });
  });

  it("notes a module that was added later and what comes along, and brings its tables", async () => {
    await server.connect((client) => client.query("CREATE DATABASE two"));
    const seed = (modules: string[]) =>
      server.connect((client) => seedOdoo(client, { tenant: "two", modules }), { database: "two" });
    await seed(["crm"]);
    assert.equal((await tables("two"))["project_project"], undefined);
    await seed(["crm", "project"]);
    assert.ok(((await tables("two"))["project_project"] ?? 0) > 0);
    const names = await server.connect(
      async (client) => (await client.query<{ name: string }>("SELECT name FROM ir_module_module")).rows,
      { database: "two" },
    );
    const installed = names.map(({ name }) => name).sort();
    assert.deepEqual(installed, ["base", ...installedModules(["crm", "project"])].sort());
    for (const name of ["crm", "project", "crm_sms", "project_todo"]) assert.ok(installed.includes(name), name);
  });

  it("differs from tenant to tenant, and never for the same", () => {
    assert.deepEqual(financeRows("one", 50), financeRows("one", 50));
    assert.notDeepEqual(financeRows("one", 50), financeRows("two", 50));
    const [day, next] = [new Date("2026-06-30"), new Date("2026-07-01")];
    assert.deepEqual(retailRows("one", 50, day), retailRows("one", 50, day));
    assert.notDeepEqual(retailRows("one", 50, day), retailRows("two", 50, day));
    assert.notDeepEqual(retailRows("one", 50, day), retailRows("one", 50, next));
  });

  it("keeps the tickets of the first day when it is seeded again on another", async () => {
    await server.connect((client) => client.query("CREATE DATABASE shop"));
    const seed = (today: Date) =>
      server.connect((client) => seedOdoo(client, { tenant: "shop", modules: RETAIL_MODULES, rows: 40, today }), {
        database: "shop",
      });
    const tickets = () =>
      server.connect(
        async (client) =>
          (await client.query<Record<string, unknown>>("SELECT id, date_order FROM pos_order ORDER BY 1")).rows,
        {
          database: "shop",
        },
      );
    await seed(new Date("2026-06-30"));
    const [before, counts] = [await tickets(), await tables("shop")];
    assert.ok(before.length > 40);
    await seed(new Date("2026-07-20"));
    assert.deepEqual(await tickets(), before);
    assert.deepEqual(await tables("shop"), counts);
  });

  it("is refused outside the sandbox, and changes nothing", async () => {
    const other = await startThrowAwayPostgres("seed", { cluster_name: "erp-production" });
    try {
      await other.connect(async (client) => {
        await assert.rejects(seedOdoo(client, { tenant: "one", modules: FINANCE_MODULES }), {
          message: /refused: this PostgreSQL server is called "erp-production".*Nothing was changed/,
        });
        const { rows } = await client.query("SELECT FROM pg_tables WHERE schemaname = 'public'");
        assert.equal(rows.length, 0);
      });
    } finally {
      await other.stop();
    }
  });
});
