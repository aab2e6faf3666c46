import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { VALID_PROJECT } from "../../../test/support/projectFolder.ts";
import { derive } from "../../collector/derive.ts";
import { eventsSource } from "../../collector/sources/events.ts";
import { filesSource } from "../../collector/sources/files.ts";
import { inventoriesSource } from "../../collector/sources/inventories.ts";
import { event, giveEvent } from "../support/event.ts";
import { inventory } from "../support/inventory.ts";
import { Projections } from "../support/projections.ts";

const ACME = VALID_PROJECT["tenants/acme.yaml"] ?? "";
const IN_PROD = "Stack prod, staging has it, updated 2026-11-30 09:30 UTC";

describe("what follows from the sources", () => {
  let projections: Projections;
  before(async () => {
    projections = await Projections.start();
  });
  beforeEach(() => projections.renew());
  after(() => projections.stop());

  const events = () => join(projections.folder, "events");
  const tenant = (id = "acme") =>
    projections.database.selectFrom("tenants").selectAll().where("id", "=", id).executeTakeFirstOrThrow();

  /** Reads what there is. @param stacks that have some tenants */
  async function read(stacks: Readonly<Record<string, readonly string[]>> = {}): Promise<void> {
    const folder = join(projections.folder, "inventories");
    mkdirSync(folder, { recursive: true });
    mkdirSync(events(), { recursive: true });
    for (const [stack, tenants] of Object.entries(stacks)) {
      writeFileSync(join(folder, `inventory-${stack}.json`), JSON.stringify(inventory(stack, tenants)));
    }
    await projections.collect(
      filesSource(projections.root),
      inventoriesSource(folder, projections.root),
      eventsSource(events()),
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
      "Stack sandbox, staging has it, updated 2026-11-30 09:30 UTC",
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
    ["lifecycle: paused", "paused", "Its file says lifecycle: paused"],
    [
      "lifecycle: decommissioning\ndecommission: { holdUntil: 2099-01-31 }",
      "decommissioning",
      "Its file says lifecycle: decommissioning, with a hold until 2099-01-31",
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

  it("counts a drill that names no tenant for all of them", async () => {
    giveEvent(events(), event({ kind: "backup drill", tenants: ["acme"], at: "2026-11-20T02:00:00Z" }));
    giveEvent(events(), event({ kind: "backup drill", at: "2026-11-25T02:00:00Z" }));
    giveEvent(events(), event({ kind: "backup drill", at: "2026-11-26T02:00:00Z", outcome: "failed" }));
    projections.write("tenants/globex.yaml", ACME);
    await read();
    for (const id of ["acme", "globex"]) {
      assert.equal((await tenant(id)).drill_at?.toISOString(), "2026-11-25T02:00:00.000Z", id);
    }
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
