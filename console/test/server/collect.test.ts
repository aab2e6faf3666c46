import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sql } from "kysely";
import { openFileStore } from "../../../lib/fileStore.ts";
import { tenantsSchema } from "../../api/tenants.ts";
import { collect } from "../../collector/collect.ts";
import { filesSource } from "../../collector/sources/files.ts";
import { historySource } from "../../collector/sources/history.ts";
import { inventoriesSource } from "../../collector/sources/inventories.ts";
import { commit, World } from "../support/world.ts";

/** Resources of an inventory: the tenant's id and the resource's name. */
type Resources = readonly (readonly [tenant: string | undefined, name: string])[];

describe("the collector reads again only what has changed", () => {
  let world: World;
  let inventories: string;
  before(async () => {
    world = await World.start();
    inventories = mkdtempSync(join(tmpdir(), "odoo-saas-inventories-"));
  });
  after(async () => {
    rmSync(inventories, { recursive: true, force: true });
    await world.stop();
  });

  const read = async (isFull = false): Promise<void> => {
    const { database, root } = world;
    const sources = [filesSource(root), historySource(root), inventoriesSource(openFileStore(inventories), root)];
    const collected = await collect(database, sources, isFull);
    assert.deepEqual(
      collected?.flatMap(({ problem }) => problem ?? []),
      [],
    );
  };
  /** Which transaction wrote each row: it stays the same where a row was not written. */
  const writers = async (table: "tenants" | "resources", key: string): Promise<Map<string, string>> => {
    const { rows } = await sql<{ key: string; writer: string }>`
      SELECT ${sql.ref(key)} AS key, xmin::text AS writer FROM ${sql.table(table)} ORDER BY 1`.execute(world.database);
    return new Map(rows.map(({ key: name, writer }) => [name, writer]));
  };
  const changed = (before: ReadonlyMap<string, string>, after: ReadonlyMap<string, string>): string[] =>
    [...after].flatMap(([key, writer]) => (before.get(key) === writer ? [] : [key]));
  const writeInventory = (takenAt: string, resources: Resources): void => {
    const tenants = [...new Set(resources.flatMap(([tenant]) => tenant ?? []))];
    mkdirSync(inventories, { recursive: true });
    const inventory = {
      version: 1,
      stack: "prod",
      takenAt,
      tenants: tenants.map((id) => ({ id, hosts: [], database: {}, realm: {}, analytics: {} })),
      resources: resources.map(([tenant, name]) => ({
        urn: `urn:${name}`,
        type: "random:index/randomPassword:RandomPassword",
        name,
        tenant,
        part: "secrets",
        protected: false,
        waitsForDeletion: false,
      })),
      pending: [],
    };
    writeFileSync(join(inventories, "inventory-prod.json"), JSON.stringify(inventory));
  };

  it("writes no row of a file that is as it was, and all of them in a full run", async () => {
    writeInventory("2026-11-30T00:00:00Z", [["tbwa-crm", "a"]]);
    await read();
    const first = await writers("tenants", "id");
    assert.ok(first.size > 1);
    // Derived columns are of the same transactions from now on.
    await read();
    const before = await writers("tenants", "id");
    const file = join(world.root, "tenants/tbwa-crm.yaml");
    writeFileSync(file, `${readFileSync(file, "utf8")}# Another line\n`);
    commit(world.root, "Change a tenant");
    await read();
    assert.deepEqual(changed(before, await writers("tenants", "id")), ["tbwa-crm"]);
    const { yaml } = await world.database
      .selectFrom("tenants")
      .select("yaml")
      .where("id", "=", "tbwa-crm")
      .executeTakeFirstOrThrow();
    assert.match(yaml ?? "", /# Another line/);
    await world.database.updateTable("tenants").set({ team: "wrong" }).execute();
    await read();
    const team = () => world.database.selectFrom("tenants").select("team").where("team", "=", "wrong").execute();
    assert.equal((await team()).length, before.size, "an incremental run read files that had not changed");
    await read(true);
    assert.equal((await team()).length, 0);
  });

  it("sees a price that changes, a tenant that goes, and a file whose length and time are as before", async () => {
    const costs = () => world.database.selectFrom("tenants").select(["id", "cost"]).orderBy("id").execute();
    const before = await costs();
    const prices = join(world.root, "prices/PHP.yaml");
    const text = readFileSync(prices, "utf8");
    writeFileSync(prices, text.replaceAll(/month: "(\d+)/g, 'month: "7$1'));
    await read();
    assert.notDeepEqual(await costs(), before);
    writeFileSync(prices, text);
    await read();
    assert.deepEqual(await costs(), before);

    const file = join(world.root, "tenants/tbwa-crm.yaml");
    const old = readFileSync(file, "utf8");
    const times = new Date("2026-01-01T00:00:00Z");
    utimesSync(file, times, times);
    await read();
    writeFileSync(file, old.replace("# Another line", "# Changed line"));
    utimesSync(file, times, times);
    await read();
    const { yaml } = await world.database
      .selectFrom("tenants")
      .select("yaml")
      .where("id", "=", "tbwa-crm")
      .executeTakeFirstOrThrow();
    assert.match(yaml ?? "", /# Changed line/);

    rmSync(join(world.root, "tenants/tbwa-hr.yaml"));
    await read();
    assert.ok(!(await costs()).some(({ id }) => id === "tbwa-hr"));
  });

  it("writes the resources of those tenants alone whose resources have changed", async () => {
    writeInventory("2026-11-30T01:00:00Z", [
      [undefined, "shared"],
      ["one", "a"],
      ["one", "b"],
      ["two", "c"],
      ["gone", "d"],
    ]);
    await read();
    const before = await writers("resources", "name");
    assert.deepEqual([...before.keys()], ["a", "b", "c", "d", "shared"]);
    writeInventory("2026-11-30T02:00:00Z", [
      [undefined, "shared"],
      ["one", "a"],
      ["one", "b"],
      ["two", "c"],
      ["two", "e"],
    ]);
    await read();
    const after = await writers("resources", "name");
    assert.deepEqual([...after.keys()], ["a", "b", "c", "e", "shared"]);
    assert.deepEqual(changed(before, after), ["c", "e", "shared"]);
    const stack = await world.database.selectFrom("stacks").select(["name", "resources"]).execute();
    assert.deepEqual(stack, [{ name: "prod", resources: 5 }]);
    const placed = await world.database
      .selectFrom("placements")
      .select(["tenant", "resources"])
      .orderBy("tenant")
      .execute();
    assert.deepEqual(placed, [
      { tenant: "one", resources: 2 },
      { tenant: "two", resources: 2 },
    ]);
  });

  it("keeps each commit's row of each tenant once", async () => {
    const { rows } = await sql<{ count: string; distinct: string }>`
      SELECT count(*) AS count, count(DISTINCT (sha, tenant)) AS distinct FROM commits`.execute(world.database);
    await read(true);
    const again = await world.database
      .selectFrom("commits")
      .select(({ fn }) => fn.countAll<string>().as("count"))
      .executeTakeFirstOrThrow();
    assert.deepEqual(rows, [{ count: again.count, distinct: again.count }]);
  });
});

describe("a list of tenants counts each filter with the others as they are", () => {
  let world: World;
  before(async () => {
    world = await World.start();
    await collect(world.database, [filesSource(world.root)]);
  });
  after(() => world.stop());

  it("as the database counts them one by one", async () => {
    const cookie = await world.logIn("lea", ["engineer"]);
    await world.database
      .updateTable("tenants")
      .set({ drifted: "prod: 1 resource differs" })
      .where("id", "in", ["tbwa-crm", "tbwa-finance"])
      .execute();
    const drifted = await world.ask("/api/tenants?flag=drifted", cookie);
    assert.deepEqual(
      tenantsSchema.parse(JSON.parse(drifted.text)).rows.map(({ id, flags }) => [id, flags]),
      ["tbwa-crm", "tbwa-finance"].map((id) => [id, [{ flag: "drifted", reason: "prod: 1 resource differs" }]]),
    );
    const { rows: known } = await sql<{ plan: string; bundle: string }>`
      SELECT plan, unnest(bundles) AS bundle FROM tenants ORDER BY id LIMIT 1`.execute(world.database);
    const { plan = "", bundle = "" } = known[0] ?? {};
    const answer = await world.ask(`/api/tenants?q=tbwa&plan=${plan}&bundle=${bundle}`, cookie);
    assert.equal(answer.status, 200, answer.text);
    const body: unknown = JSON.parse(answer.text);
    assert.ok(typeof body === "object" && body !== null && "counts" in body && "total" in body && "rows" in body);
    const count = async (value: string, where: string): Promise<Record<string, number>> => {
      const { rows } = await sql<{ value: string; count: string }>`
        SELECT ${sql.raw(value)} AS value, count(*) AS count FROM tenants
        WHERE search LIKE '%tbwa%' AND ${sql.raw(where)} GROUP BY 1`.execute(world.database);
      return Object.fromEntries(rows.map((row) => [row.value, Number(row.count)]));
    };
    const [byPlan, byBundle] = [`plan = '${plan}'`, `bundles @> ARRAY['${bundle}']`];
    assert.deepEqual(body.counts, {
      status: await count("status", `${byPlan} AND ${byBundle}`),
      flag: await count("unnest(flags)", `${byPlan} AND ${byBundle}`),
      plan: await count("plan", byBundle),
      bundle: await count("unnest(bundles)", byPlan),
      environment: await count("unnest(environments)", `${byPlan} AND ${byBundle}`),
      alert: {},
    });
    const { total } = await world.database
      .selectFrom("tenants")
      .select(({ fn }) => fn.countAll<string>().as("total"))
      .where(sql<boolean>`search LIKE '%tbwa%' AND ${sql.raw(byPlan)} AND ${sql.raw(byBundle)}`)
      .executeTakeFirstOrThrow();
    assert.equal(body.total, Number(total));
    assert.ok(Number(total) > 0);
  });
});
