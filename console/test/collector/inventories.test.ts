import assert from "node:assert/strict";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Inventory } from "../../../features/inventory/index.ts";
import { openFileStore } from "../../../lib/fileStore.ts";
import { inventoriesSource } from "../../collector/sources/inventories.ts";
import { Projections } from "../support/projections.ts";
import { inventory } from "../support/inventory.ts";

describe("the source inventories", () => {
  let projections: Projections;
  let folder: string;
  before(async () => {
    projections = await Projections.start();
  });
  beforeEach(async () => {
    await projections.renew();
    folder = join(projections.folder, "inventories");
    mkdirSync(folder);
  });
  after(() => projections.stop());

  const read = () => projections.collect(inventoriesSource(openFileStore(folder), projections.root));
  const give = (value: Inventory) =>
    writeFileSync(join(folder, `inventory-${value.stack}.json`), JSON.stringify(value));
  const rows = async () => ({
    stacks: await projections.database.selectFrom("stacks").selectAll().orderBy("name").execute(),
    placements: await projections.database.selectFrom("placements").selectAll().orderBy("stack").execute(),
    resources: await projections.database.selectFrom("resources").selectAll().orderBy("urn").execute(),
  });

  it("says that the folder is missing, or empty", async () => {
    await read();
    assert.match(
      (await projections.state("inventories"))?.problem ?? "",
      /has no inventory-<stack>\.json, expected one/,
    );
    rmSync(folder, { recursive: true });
    await read();
    const source = await projections.state("inventories");
    assert.match(source?.problem ?? "", /inventories cannot be read: ENOENT/);
    assert.equal(source?.state, "missing");
  });

  it("has what each stack has, once, however often it is read", async () => {
    give(inventory("staging", ["acme"]));
    give(inventory("prod", ["acme", "globex"]));
    await read();
    const before = await rows();
    assert.deepEqual(
      before.placements.map(({ stack, tenant, resources }) => `${stack} ${tenant} ${resources}`).sort(),
      ["prod acme 1", "prod globex 1", "staging acme 1"],
    );
    assert.equal(before.resources.length, 3);
    await read();
    assert.deepEqual(await rows(), before);
  });

  it("replaces a stack by its newer inventory, and forgets one whose inventory is gone", async () => {
    give(inventory("staging", ["acme", "globex"]));
    give(inventory("prod", ["acme"]));
    await read();
    give({ ...inventory("staging", ["globex"]), takenAt: "2026-11-30T11:00:00Z" });
    rmSync(join(folder, "inventory-prod.json"));
    await read();
    const { stacks, placements } = await rows();
    assert.deepEqual(
      stacks.map(({ name, taken_at }) => [name, taken_at.toISOString()]),
      [["staging", "2026-11-30T11:00:00.000Z"]],
    );
    assert.deepEqual(
      placements.map(({ tenant }) => tenant),
      ["globex"],
    );
  });

  it("writes again only what has changed of tenants' resources, whatever order tenants come in", async () => {
    const first = inventory("prod", ["acme", "globex", "initech"]);
    give(first);
    await read();
    const [one] = first.resources;
    assert.ok(one);
    // What is written again loses this mark.
    await projections.database.updateTable("resources").set({ part: "marked" }).execute();
    const resources = first.resources
      .filter(({ tenant }) => tenant !== "initech")
      .map((each) => (each.tenant === "globex" ? { ...each, protected: true } : each))
      .concat({ ...one, urn: `${one.urn}-shared`, tenant: undefined })
      .reverse();
    give({ ...first, takenAt: "2026-11-30T11:00:00Z", resources });
    await read();
    const after = await rows();
    assert.deepEqual(
      Object.fromEntries(after.resources.map(({ tenant, part }) => [tenant ?? "shared", part === "marked"])),
      { acme: true, globex: false, shared: false },
    );
    assert.deepEqual(Object.fromEntries(after.placements.map(({ tenant, resources: count }) => [tenant, count])), {
      acme: 1,
      globex: 1,
      initech: 0,
    });
    assert.deepEqual(
      after.stacks.map((stack) => stack.resources),
      [3],
    );
  });

  it("keeps a resource that is being replaced once", async () => {
    const taken = inventory("staging", ["acme"]);
    give({ ...taken, resources: taken.resources.flatMap((each) => [each, { ...each, waitsForDeletion: true }]) });
    await read();
    assert.deepEqual(
      (await rows()).resources.map(({ waits_for_deletion }) => waits_for_deletion),
      [false],
    );
    const { placements, stacks } = await rows();
    assert.deepEqual([placements[0]?.resources, stacks[0]?.resources], [1, 1]);
  });

  for (const text of ["{", "{}", JSON.stringify({ ...inventory("prod", []), password: "x" })]) {
    it(`keeps the old rows when a file is not an inventory: ${text.slice(0, 20)}`, async () => {
      give(inventory("staging", ["acme"]));
      await read();
      const before = await rows();
      writeFileSync(join(folder, "inventory-prod.json"), text);
      await read();
      assert.deepEqual(await rows(), before);
      const source = await projections.state("inventories");
      assert.equal(source?.state, "failed");
      assert.match(source.problem ?? "", /inventory-prod\.json is not an inventory, expected what/);
    });
  }
});
