import assert from "node:assert/strict";
import { addDays, HOLD_DAYS_MIN as CONFIG_HOLD_DAYS, isLegalTransition } from "../../config/lifecycle.ts";
import { OdooSqlProvider } from "../../providers/odoosql/provider.ts";
import { HOLD_DAYS_MIN } from "../../providers/odoosql/tenantLifecycle.ts";
import type { WireObject } from "../../providers/odoosql/values.ts";

const URN = "urn:pulumi:prod::odoo-saas::odoo:saas:OdooTenant$odoosql:index:TenantLifecycle::acme-lifecycle";
const TODAY = "2026-11-22";
const STATES = ["active", "paused", "decommissioning"] as const;
type State = (typeof STATES)[number];

const provider = new OdooSqlProvider(() => new Date(`${TODAY}T23:59:59Z`));

function inputs(lifecycle: State, changes: WireObject = {}): WireObject {
  const hold = lifecycle === "decommissioning" ? { holdUntil: addDays(TODAY, 30) } : {};
  return { tenant: "acme", lifecycle, protected: true, release: false, ...hold, ...changes };
}

async function reasons(before: WireObject, after: WireObject): Promise<string[]> {
  const { failures = [] } = await provider.check(URN, before, after);
  return failures.map(({ property, reason }) => `${property}: ${reason}`);
}

describe("TenantLifecycle", () => {
  let pairs = 0;
  after(() => console.log(`      lifecycle in the state: ${pairs} pairs of states tried`));

  it("asks for as long a hold as the files' own check", () => assert.equal(HOLD_DAYS_MIN, CONFIG_HOLD_DAYS));

  for (const from of STATES) {
    for (const to of STATES) {
      const legal = isLegalTransition(from, to);
      it(`${legal ? "takes" : "refuses"} ${from} → ${to}, as the files' own check does`, async () => {
        pairs += 1;
        const found = await reasons(inputs(from), inputs(to));
        assert.equal(found.length === 0, legal, found.join("\n"));
        if (!legal) {
          assert.match(
            found[0] ?? "",
            /^lifecycle: tenant acme: lifecycle is "\w+" after "decommissioning", expected decommissioning: it cannot go back\. See docs\/runbooks\/lifecycle\.md#what-may-follow-on-what$/,
          );
        }
      });
    }
  }

  it("takes any state of a tenant that the state does not know: another version's, or one that is imported", async () => {
    for (const state of STATES) assert.deepEqual(await reasons({}, inputs(state)), [], state);
    assert.deepEqual(await reasons({}, inputs("decommissioning", { holdUntil: "2026-01-01" })), []);
    assert.match(
      (await reasons({}, inputs("decommissioning", { holdUntil: "2026-01-01", release: true, lastBackup: "1a" })))[0] ??
        "",
      /release is true on 2026-11-22/,
    );
  });

  it("refuses a hold that is too short at its start, or shortened, or missing", async () => {
    const ending = (holdUntil: string) => inputs("decommissioning", { holdUntil });
    assert.deepEqual(await reasons(inputs("active"), ending("2026-12-22")), []);
    assert.match(
      (await reasons(inputs("active"), ending("2026-12-21")))[0] ?? "",
      /holdUntil is 2026-12-21, expected 2026-12-22 or later/,
    );
    assert.deepEqual(await reasons(ending("2026-11-23"), ending("2026-11-24")), []);
    assert.match(
      (await reasons(ending("2026-11-24"), ending("2026-11-23")))[0] ?? "",
      /expected 2026-11-24 or later: a hold cannot be shortened/,
    );
    const without = inputs("paused", { lifecycle: "decommissioning" });
    assert.match((await reasons(inputs("active"), without))[0] ?? "", /holdUntil is missing/);
    assert.match(
      (await reasons(inputs("active"), { ...inputs("active"), holdUntil: "2026-12-22" }))[0] ?? "",
      /with a hold/,
    );
    assert.match((await reasons(inputs("active"), ending("2026-02-30")))[0] ?? "", /^holdUntil: Invalid ISO date/);
  });

  it("releases on the hold's day with a backup, and can take it back", async () => {
    const ending = (holdUntil: string, changes: WireObject = {}) =>
      inputs("decommissioning", { holdUntil, ...changes });
    const backup = { lastBackup: "0123abcd" };
    assert.deepEqual(await reasons(ending(TODAY), ending(TODAY, { release: true, ...backup })), []);
    assert.deepEqual(await reasons(ending(TODAY, { release: true, ...backup }), ending(TODAY)), []);
    assert.match(
      (await reasons(ending("2026-11-23"), ending("2026-11-23", { release: true, ...backup })))[0] ?? "",
      /release is true on 2026-11-22, expected false until the hold is over on 2026-11-23\. See docs\/runbooks\/lifecycle\.md#release/,
    );
    assert.match(
      (await reasons(ending(TODAY), ending(TODAY, { release: true })))[0] ?? "",
      /without a record of a verified last backup/,
    );
  });

  it("is deleted where nothing is protected, or after the release; otherwise not", async () => {
    const remove = (state: WireObject) => provider.delete("acme", URN, state);
    for (const state of STATES) {
      await remove(inputs(state, { protected: false }));
      await assert.rejects(remove(inputs(state)), {
        message: new RegExp(
          `^Tenant acme is ${state}: its data is not deleted, expected .*\\n  fix:   .*\\n  more:  docs/runbooks/lifecycle\\.md#a-deleted-file$`,
        ),
        stack: "",
      });
    }
    const unsaved = { release: true, holdUntil: TODAY };
    const released = { ...unsaved, lastBackup: "0123abcd" };
    await remove(inputs("decommissioning", released));
    await assert.rejects(
      remove(inputs("decommissioning", { ...released, holdUntil: "2026-11-23" })),
      /is released before 2026-11-23/,
    );
    await assert.rejects(remove(inputs("decommissioning", unsaved)), /its data is not deleted/);
  });

  it("makes nothing, keeps what it is given, and is replaced for another tenant only", async () => {
    const created = await provider.create(URN, inputs("active"));
    assert.deepEqual(created, { id: "acme", outs: inputs("active") });
    assert.deepEqual(await provider.read("acme", URN, inputs("active")), {
      id: "acme",
      props: inputs("active"),
      inputs: inputs("active"),
    });
    assert.deepEqual(await provider.update("acme", URN, inputs("active"), inputs("paused")), {
      outs: inputs("paused"),
    });
    const diff = async (after: WireObject) => {
      const { changes, replaces } = await provider.diff("acme", URN, inputs("active"), after);
      return { changes, replaces };
    };
    assert.deepEqual(await diff(inputs("active")), { changes: false, replaces: [] });
    assert.deepEqual(await diff(inputs("paused")), { changes: true, replaces: [] });
    assert.deepEqual(await diff(inputs("active", { tenant: "other" })), { changes: true, replaces: ["tenant"] });
  });
});
