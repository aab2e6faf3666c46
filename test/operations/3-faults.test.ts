import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { findInstance } from "../../sandbox/instance.ts";
import type { Instance } from "../../sandbox/instance.ts";
import { orphanedPlugins } from "../../sandbox/orphanedPlugins.ts";
import type { Moment } from "../faults/events.ts";
import { Figures } from "../faults/figures.ts";
import { Undisturbed } from "../faults/inventory.ts";
import { FAULTS } from "../faults/kinds.ts";
import { Markers } from "../faults/markers.ts";
import { Random } from "../faults/random.ts";
import { world } from "../e2e/support/hooks.ts";

const TENANT = "zz-fault";
const FILE = `tenants/${TENANT}.yaml`;
/** A tenant that was made undisturbed: the disturbed one has its text. */
const REFERENCE = "tbwa-crm";

/**
 * One tenant is made and deleted again, and each update on the way meets a fault where the last one had stopped.
 * `npx odoo-saas test faults` draws kinds and moments by seed, and many more of them.
 */
const MAKING: readonly (readonly [keyof typeof FAULTS, Moment?])[] = [
  ["engine killed", { when: "made", what: "role" }],
  ["file limit"],
];
const DELETING: readonly (readonly [keyof typeof FAULTS, Moment?])[] = [["two updates"]];

describe("faults while a tenant is made and deleted", () => {
  const figures = new Figures();
  const random = new Random(1);
  let instance: Instance;
  let markers: Markers;
  let undisturbed: Undisturbed;

  before(async () => {
    const found = await findInstance({ checkout: world().root, home: world().home, env: world().env });
    assert.ok(found);
    instance = found;
    markers = new Markers(instance);
    await markers.write();
    undisturbed = await Undisturbed.take(instance, REFERENCE);
    world().write(FILE, world().read(`tenants/${REFERENCE}.yaml`));
  });

  after(async () => {
    console.log(`      ${figures.toString()}`);
    await markers.remove();
  });

  const strikes = ([kind, moment]: readonly [keyof typeof FAULTS, Moment?]) => {
    it(`${kind}: strikes, and loses no database`, async () => {
      figures.tried(kind);
      const done = await FAULTS[kind]({ world: world(), instance, tenant: TENANT, types: [], random }, moment);
      assert.ok(done.proof !== undefined, `${done.what}\n${done.update.output}`);
      await markers.check();
      await markers.write();
    });
  };

  const endsWell = (tenant?: string) => async () => {
    await world().ok("sandbox up", "--skip-preview");
    const things = await undisturbed.check(tenant);
    const rows = await markers.check();
    for (const [kind] of tenant === undefined ? DELETING : MAKING) figures.survived(kind);
    console.log(`      ${things} things as declared, ${rows} databases with their rows`);
  };

  for (const fault of MAKING) strikes(fault);
  it("makes the tenant as an undisturbed update does", endsWell(TENANT));
  it("finds nothing left to change", async () => {
    await world().ok("sandbox up", "--skip-preview", "--expect-no-changes");
    markers.forget(TENANT);
    world().remove(FILE);
  });
  for (const fault of DELETING) strikes(fault);
  it("leaves nothing of the tenant", endsWell());
  it("leaves no temporary files, which have a copy of the kubeconfig", () => {
    const left = readdirSync(join(instance.home, "run")).filter((name) => name.startsWith("pulumi-"));
    assert.deepEqual(left, []);
  });
  it("leaves no providers of the engine that was killed", () => assert.deepEqual(orphanedPlugins(instance), []));
});
