import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { sql } from "kysely";
import { VALID_PROJECT } from "../../../test/support/projectFolder.ts";
import { openFileStore } from "../../../lib/fileStore.ts";
import { derive } from "../../collector/derive.ts";
import { eventsSource } from "../../collector/sources/events.ts";
import { filesSource } from "../../collector/sources/files.ts";
import { inventoriesSource } from "../../collector/sources/inventories.ts";
import { event, giveEvent } from "../support/event.ts";
import { inventory } from "../support/inventory.ts";
import { Projections } from "../support/projections.ts";

const ACME = VALID_PROJECT["tenants/acme.yaml"] ?? "";
const IN_PROD = "Stacks prod, staging have it, updated 2026-11-30 09:30 UTC";

describe("what follows from the sources", () => {
  let projections: Projections;
  let inventories = 0;
  before(async () => {
    projections = await Projections.start();
  });
  beforeEach(() => projections.renew());
  after(() => projections.stop());

  const events = () => join(projections.folder, "events");
  const tenant = (id = "acme") =>
    projections.database.selectFrom("tenants").selectAll().where("id", "=", id).executeTakeFirstOrThrow();

  /** Reads what there is. @param stacks that have some tenants @param deployed lifecycle of acme in other stacks */
  async function read(
    stacks: Readonly<Record<string, readonly string[]>> = {},
    deployed: Readonly<Record<string, "active" | "paused">> = {},
  ): Promise<void> {
    const folder = join(projections.folder, "inventories");
    mkdirSync(folder, { recursive: true });
    mkdirSync(events(), { recursive: true });
    for (const [stack, tenants] of Object.entries(stacks)) {
      writeFileSync(join(folder, `inventory-${stack}.json`), JSON.stringify(inventory(stack, tenants)));
    }
    for (const [stack, lifecycle] of Object.entries(deployed)) {
      const one = inventory(stack, ["acme"]);
      const tenants = one.tenants.map((each) => ({ ...each, lifecycle }));
      // Taken at another moment: the same inventory again is not read.
      const takenAt = new Date(Date.parse(one.takenAt) + (inventories += 1) * 1000).toISOString();
      writeFileSync(join(folder, `inventory-${stack}.json`), JSON.stringify({ ...one, takenAt, tenants }));
    }
    await projections.collect(
      filesSource(projections.root),
      inventoriesSource(openFileStore(folder), projections.root),
      eventsSource(openFileStore(events())),
    );
  }

  const placed: readonly [stacks: Readonly<Record<string, string[]>>, status: string, reason: string][] = [
    [{}, "merged", "Its file is on the main branch; no stack has it yet"],
    [{ staging: ["globex"] }, "merged", "Its file is on the main branch; no stack has it yet"],
    [{ sandbox: ["acme"] }, "in sandbox", "Stack sandbox has it, updated 2026-11-30 09:30 UTC"],
    [{ staging: ["acme"] }, "in staging", "Stack staging has it, updated 2026-11-30 09:30 UTC"],
    [
      { staging: ["acme"], sandbox: ["acme"] },
      "in staging",
      "Stacks sandbox, staging have it, updated 2026-11-30 09:30 UTC",
    ],
    [{ staging: ["acme"], prod: ["acme"] }, "in prod", IN_PROD],
  ];
  for (const [stacks, status, reason] of placed) {
    it(`is ${status} with ${JSON.stringify(stacks)}`, async () => {
      await read(stacks);
      const found = await tenant();
      assert.deepEqual([found.status, found.reason], [status, reason]);
      assert.equal(found.release, status === "merged" ? null : "18.0-2026.11");
    });
  }

  const ending: readonly [keys: string, status: string, reason: string][] = [
    ["lifecycle: paused", "pausing", "Its file says lifecycle: paused; still deployed as active in prod, staging"],
    [
      "lifecycle: decommissioning\ndecommission: { holdUntil: 2099-01-31 }",
      "decommissioning",
      "Its file says lifecycle: decommissioning, with a hold until 2099-01-31; still deployed as active in prod, staging",
    ],
  ];
  for (const [keys, status, reason] of ending) {
    it(`is ${status} wherever it is`, async () => {
      projections.write("tenants/acme.yaml", `${ACME}${keys}\n`);
      await read({ staging: ["acme"], prod: ["acme"] });
      const found = await tenant();
      assert.deepEqual([found.status, found.reason], [status, reason]);
    });
  }

  it("is paused once every stack that has it was deployed so, and active again in the same way", async () => {
    const says = async (lifecycle: string, deployed: Readonly<Record<string, "active" | "paused">>) => {
      projections.write("tenants/acme.yaml", `${ACME}lifecycle: ${lifecycle}\n`);
      await read({}, deployed);
      const found = await tenant();
      return [found.status, found.reason];
    };
    assert.deepEqual(await says("paused", {}), ["paused", "Its file says lifecycle: paused; no stack has it"]);
    assert.deepEqual(await says("paused", { prod: "active", staging: "paused" }), [
      "pausing",
      "Its file says lifecycle: paused; still deployed as active in prod",
    ]);
    assert.deepEqual(await says("paused", { prod: "paused", staging: "paused" }), [
      "paused",
      "Its file says lifecycle: paused; deployed so in prod, staging",
    ]);
    assert.deepEqual(await says("active", { prod: "paused", staging: "active" }), [
      "resuming",
      "Its file says lifecycle: active; still deployed as paused in prod",
    ]);
    assert.equal((await says("active", { prod: "active", staging: "active" }))[0], "in prod");
  });

  describe("drift", () => {
    const look = (at: string, stack: string, results?: readonly (readonly [string, number])[]) =>
      giveEvent(
        events(),
        event({
          kind: "deploy drift",
          at,
          stack,
          outcome: results?.length === 0 ? "succeeded" : "failed",
          tenants: results?.map(([id]) => id) ?? [],
          ...(results !== undefined && {
            results: results.map(([id, differences]) => ({ tenant: id, outcome: "failed", differences })),
          }),
        }),
      );
    const flags = async () => {
      await read({ staging: ["acme"], prod: ["acme"] });
      const { status, flags: are, drifted } = await tenant();
      assert.equal(status, "in prod");
      return [are.filter((flag) => flag === "drifted"), drifted];
    };

    it("is a flag beside the status, until the next look finds none", async () => {
      look("2026-11-29T10:00:00Z", "prod", [["acme", 2]]);
      look("2026-11-29T11:00:00Z", "staging", [["acme", 1]]);
      look("2026-11-29T12:00:00Z", "staging", [["globex", 4]]);
      assert.deepEqual(await flags(), [
        ["drifted"],
        "prod: 2 resources differ from what was deployed, seen 2026-11-29 10:00 UTC",
      ]);
      // It could not look: nothing is known to have become better.
      look("2026-11-29T13:00:00Z", "prod");
      assert.deepEqual((await flags())[0], ["drifted"]);
      look("2026-11-29T14:00:00Z", "prod", []);
      assert.deepEqual(await flags(), [[], null]);
    });

    it("is none of a tenant that the stack does not have any more", async () => {
      look("2026-11-29T10:00:00Z", "other", [["acme", 2]]);
      assert.deepEqual((await flags())[0], []);
    });
  });

  describe("an open request for a new tenant", () => {
    const FILE = {
      displayName: "Globex",
      owner: { team: "ops", email: "ops@globex.example" },
      bundles: ["sales"],
      environments: { staging: {} },
    };
    const give = async (state: string, id = "request-1", file: unknown = FILE) => {
      const row = { id, state, file: JSON.stringify(file), opened_at: "2026-11-30T10:00:00Z" };
      await projections.database
        .insertInto("requests")
        .values({
          ...row,
          updated_at: row.opened_at,
          action: "create",
          tenant: "globex",
          requester: "ada",
          approver: "bob",
          reason: "It joins",
        })
        .onConflict((conflict) => conflict.column("id").doUpdateSet(row))
        .execute();
      await read();
    };
    const globex = () =>
      projections.database.selectFrom("tenants").selectAll().where("id", "=", "globex").executeTakeFirst();

    it("declares it, until its file is there", async () => {
      await give("waiting");
      const declared = await globex();
      assert.deepEqual(
        [declared?.status, declared?.reason, declared?.display_name, declared?.plan, declared?.request],
        ["declared", "The request request-1 of ada would create it: waiting", "Globex", "standard", "request-1"],
      );
      assert.deepEqual([declared?.yaml, declared?.bundles], [null, ["sales"]]);
      projections.write("tenants/globex.yaml", ACME.replace("Acme", "Globex"));
      await read();
      assert.deepEqual([(await globex())?.status, (await globex())?.lifecycle], ["merged", "active"]);
      await give("done");
      assert.equal((await globex())?.status, "merged");
    });

    it("leaves nothing of it where it ends otherwise, and writes nothing that is the same", async () => {
      await give("waiting");
      const writer = () =>
        sql<{ xmin: string }>`SELECT xmin::text FROM tenants WHERE id = 'globex'`.execute(projections.database);
      const before = (await writer()).rows;
      projections.write("tenants/initech.yaml", ACME.replace("Acme", "Initech"));
      await read();
      assert.deepEqual((await writer()).rows, before);
      await give("rejected");
      assert.equal(await globex(), undefined);
    });

    it("shows a file that this version cannot read by its id", async () => {
      await give("opened", "request-1", { plan: 7 });
      assert.deepEqual([(await globex())?.display_name, (await globex())?.status], ["globex", "declared"]);
    });
  });

  it("has the newest backup and drill that succeeded", async () => {
    giveEvent(events(), event({ kind: "backup create", tenants: ["acme"], at: "2026-11-28T01:00:00Z" }));
    giveEvent(events(), event({ kind: "backup create", tenants: ["acme"], at: "2026-11-29T01:00:00Z" }));
    giveEvent(
      events(),
      event({ kind: "backup create", tenants: ["acme"], at: "2026-11-30T01:00:00Z", outcome: "failed" }),
    );
    giveEvent(events(), event({ kind: "backup drill", tenants: ["globex"], at: "2026-11-30T02:00:00Z" }));
    await read();
    const { backup_at, drill_at } = await tenant();
    assert.deepEqual([backup_at?.toISOString(), drill_at], ["2026-11-29T01:00:00.000Z", null]);
  });

  it("counts of a drill of several those that went well, and no backup of a realm alone", async () => {
    giveEvent(
      events(),
      event({
        kind: "backup drill",
        tenants: ["acme", "globex"],
        at: "2026-11-25T02:00:00Z",
        outcome: "failed",
        results: [
          { tenant: "acme", outcome: "succeeded" },
          { tenant: "globex", outcome: "failed", reason: "it is not what was backed up" },
        ],
      }),
    );
    giveEvent(events(), event({ kind: "backup create", tenants: ["acme"], results: [] }));
    projections.write("tenants/globex.yaml", ACME);
    await read();
    const { drill_at, backup_at } = await tenant();
    assert.deepEqual([drill_at?.toISOString(), backup_at], ["2026-11-25T02:00:00.000Z", null]);
    assert.equal((await tenant("globex")).drill_at, null);
  });

  it("names the newest open request, and none that is over", async () => {
    await read();
    const give = (id: string, state: string, opened_at: string) =>
      projections.database
        .insertInto("requests")
        .values({
          id,
          state,
          opened_at,
          updated_at: opened_at,
          action: "pause",
          tenant: "acme",
          requester: "ada",
          approver: "bob",
          reason: "as agreed",
        })
        .execute();
    await give("request-1", "waiting", "2026-11-28T10:00:00Z");
    await give("request-2", "deploying", "2026-11-29T10:00:00Z");
    await give("request-3", "rejected", "2026-11-30T10:00:00Z");
    await derive(projections.database);
    assert.equal((await tenant()).request, "request-2");
    await projections.database.updateTable("requests").set({ state: "done" }).execute();
    await derive(projections.database);
    assert.equal((await tenant()).request, null);
  });
});
