import assert from "node:assert/strict";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { attest, createKey, KEY_VARIABLE } from "../../../features/delivery/attest.ts";
import { promote } from "../../../features/delivery/promote.ts";
import { writeFiles } from "../../../features/delivery/pulls.ts";
import { CHECKS } from "../../../features/delivery/smoke/checks.ts";
import { openFileStore } from "../../../lib/fileStore.ts";
import { stackFileText } from "../../../test/support/delivery.ts";
import { deliverySource } from "../../collector/sources/delivery.ts";
import { filesSource } from "../../collector/sources/files.ts";
import { inventoriesSource } from "../../collector/sources/inventories.ts";
import { inventory } from "../support/inventory.ts";
import { Projections } from "../support/projections.ts";

const ACME = `displayName: Acme
owner: { team: ops, email: ops@acme.example }
bundles: [sales]
environments:
  staging: {}
  prod: {}
`;

describe("the source delivery", () => {
  let projections: Projections;
  const previous = process.env[KEY_VARIABLE];
  before(async () => {
    projections = await Projections.start();
  });
  beforeEach(async () => {
    await projections.renew();
    projections.write("tenants/acme.yaml", ACME);
    projections.write("Pulumi.staging.yaml", stackFileText("staging"));
    projections.write("Pulumi.prod.yaml", stackFileText("prod"));
    process.env[KEY_VARIABLE] = createKey(projections.root, "staging").privateKey;
    projections.commit("Add stacks");
  });
  after(async () => {
    if (previous === undefined) Reflect.deleteProperty(process.env, KEY_VARIABLE);
    else process.env[KEY_VARIABLE] = previous;
    await projections.stop();
  });

  const collect = async (...stacks: readonly string[]): Promise<void> => {
    const folder = join(projections.folder, "inventories");
    mkdirSync(folder, { recursive: true });
    for (const stack of stacks) {
      writeFileSync(join(folder, `inventory-${stack}.json`), JSON.stringify(inventory(stack, ["acme"])));
    }
    const { root } = projections;
    const collected = await projections.collect(
      filesSource(root),
      deliverySource(root),
      inventoriesSource(openFileStore(folder), root),
    );
    assert.deepEqual(
      collected.flatMap(({ problem }) => problem ?? []),
      [],
    );
  };
  const status = async () => {
    const { status: is, reason } = await projections.database
      .selectFrom("tenants")
      .selectAll()
      .executeTakeFirstOrThrow();
    return [is, reason];
  };
  /** What staging's tests end with. @returns the attestation's file */
  const attested = (): string => {
    const { root } = projections;
    const smoke = join(projections.folder, "smoke.json");
    const results = Object.keys(CHECKS).map((check) => ({ tenant: "acme", check, passed: true, message: "" }));
    const report = { stack: "staging", finishedAt: "2026-11-22T21:00:00.000Z", tenants: ["acme"], results };
    writeFileSync(smoke, JSON.stringify(report));
    const { files } = attest(root, "staging", smoke);
    writeFiles(root, files);
    projections.commit("Attest staging");
    return Object.keys(files)[0]?.split("/").at(-1) ?? "";
  };

  it("makes a tenant of staging attested, then promoted, then in prod", async () => {
    await collect("staging");
    assert.deepEqual(await status(), ["in staging", "Stack staging has it, updated 2026-11-30 09:30 UTC"]);
    const file = attested();
    await collect("staging");
    assert.deepEqual(await status(), [
      "attested",
      `Staging's tests passed 2026-11-22 21:00 UTC (${file}) with what its files say now; not promoted yet`,
    ]);
    assert.equal((await projections.state("delivery"))?.asOf, "2026-11-22T21:00:00.000Z");
    writeFiles(projections.root, promote(projections.root, "prod")?.files ?? {});
    await collect("staging");
    assert.deepEqual(await status(), [
      "promoted",
      `Promoted to prod, which has not been deployed with it yet; staging's tests passed 2026-11-22 21:00 UTC (${file})`,
    ]);
    await collect("staging", "prod");
    assert.equal((await status())[0], "in prod");
  });

  it("takes it back when the files have changed since", async () => {
    const file = attested();
    writeFiles(projections.root, promote(projections.root, "prod")?.files ?? {});
    await collect("staging");
    assert.equal((await status())[0], "promoted");
    projections.write("tenants/acme.yaml", ACME.replace("prod: {}", "prod: { domains: [erp.example.com] }"));
    await collect("staging");
    assert.deepEqual(await status(), [
      "in staging",
      `Stack staging has it, updated 2026-11-30 09:30 UTC; its files have changed since staging's tests passed 2026-11-22 21:00 UTC (${file})`,
    ]);
  });

  it("does not believe an attestation that was modified after signing", async () => {
    const file = join(projections.root, "releases/attestations", attested());
    writeFileSync(file, readFileSync(file, "utf8").replace(/"sig": "../, '"sig": "AA'));
    await collect("staging");
    assert.equal((await status())[0], "in staging");
    assert.deepEqual(await projections.database.selectFrom("deliveries").selectAll().execute(), []);
  });
});
