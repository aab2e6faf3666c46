import assert from "node:assert/strict";
import { replay } from "../../features/state/replay.ts";
import type { JournalEntry } from "../../features/state/replay.ts";
import type { Deployment, Resource } from "../../features/state/deployment.ts";
import { StateError } from "../../features/state/stateError.ts";
import { deployment, entry, resource, urnOf } from "./support/states.ts";

const BEGIN = 0;
const SUCCESS = 1;
const FAILURE = 2;
const REFRESH = 3;
const OUTPUTS = 4;
const WRITE = 5;
const SECRETS = 6;
const REBUILT = 7;
const TIME = new Date("2026-01-02T03:04:05Z");

const replayed = (base: Deployment, ...entries: readonly JournalEntry[]) => replay(base, entries, "v1.2.3", TIME);
const names = ({ resources }: Deployment) => (resources ?? []).map(({ urn }) => urn.slice(urn.lastIndexOf("::") + 2));
const of = (state: ReturnType<typeof replayed>) => names(state.deployment);
const operation = (type: string, state: Resource) => ({ type, resource: state });

describe("replay of a journal", () => {
  const [a, b, c] = [resource("a"), resource("b"), resource("c")];

  it("puts what an update made before what it did not come to", () => {
    const made = entry(2, SUCCESS, { operationID: 1, state: c });
    assert.deepEqual(of(replayed(deployment([a, b]), entry(1, BEGIN, { operation: operation("creating", c) }), made)), [
      "c",
      "a",
      "b",
    ]);
  });

  it("says which engine's state it is, and when", () => {
    const { manifest } = replayed(deployment([a])).deployment;
    assert.equal(manifest.version, "v1.2.3");
    assert.equal(manifest.time, TIME.toISOString());
    assert.match(manifest.magic, /^[0-9a-f]{64}$/);
  });

  it("takes entries in the order of their numbers, and one that was sent twice once", () => {
    const entries = [
      entry(2, SUCCESS, { operationID: 2, state: b }),
      entry(1, SUCCESS, { operationID: 1, state: a }),
      entry(2, SUCCESS, { operationID: 2, state: b }),
    ];
    assert.deepEqual(of(replayed(deployment([]), ...entries)), ["a", "b"]);
  });

  it("keeps what was begun and not ended, and creations that were pending before", () => {
    const base = deployment([a], { pending_operations: [operation("creating", b), operation("updating", a)] });
    const state = replayed(
      base,
      entry(1, BEGIN, { operationID: 1, operation: operation("creating", c) }),
      entry(2, BEGIN, { operationID: 2, operation: operation("deleting", a) }),
      entry(3, FAILURE, { operationID: 2 }),
    );
    assert.deepEqual(
      state.deployment.pending_operations?.map(({ type, resource: { urn } }) => [type, urn]),
      [
        ["creating", urnOf("c")],
        ["creating", urnOf("b")],
      ],
    );
  });

  it("updates in place, removes, and marks what is replaced", () => {
    const base = deployment([a, b, c]);
    const newer = { ...a, outputs: { v: 2 } };
    const state = replayed(
      base,
      entry(1, SUCCESS, { operationID: 1, state: newer, removeOld: 0 }),
      entry(2, SUCCESS, { operationID: 2, removeOld: 1 }),
      entry(3, SUCCESS, { operationID: 3, deleteOld: 2 }),
    );
    assert.deepEqual(state.deployment.resources, [newer, { ...c, delete: true }]);
    const pending = replayed(base, entry(1, SUCCESS, { operationID: 1, pendingReplacementOld: 2 }));
    assert.deepEqual(pending.deployment.resources?.[2], { ...c, pendingReplacement: true });
  });

  it("removes and marks what the same update made", () => {
    const state = replayed(
      deployment([]),
      entry(1, SUCCESS, { operationID: 1, state: a }),
      entry(2, SUCCESS, { operationID: 2, state: b }),
      entry(3, SUCCESS, { operationID: 3, state: c }),
      entry(4, SUCCESS, { operationID: 4, removeNew: 1 }),
      entry(5, SUCCESS, { operationID: 5, deleteNew: 2 }),
      entry(6, SUCCESS, { operationID: 6, pendingReplacementNew: 3 }),
      entry(7, OUTPUTS, { operationID: 7, removeNew: 3, state: { ...c, outputs: { v: 1 } } }),
    );
    assert.deepEqual(state.deployment.resources, [
      { ...b, delete: true },
      { ...c, outputs: { v: 1 } },
    ]);
  });

  it("takes a refresh in at the same place, and leaves no reference to what it removed", () => {
    const child = resource("child", {
      parent: urnOf("b"),
      dependencies: [urnOf("a"), urnOf("b")],
      deletedWith: urnOf("b"),
    });
    const second = { ...resource("b"), parent: urnOf("a"), propertyDependencies: { x: [urnOf("a")], y: [urnOf("c")] } };
    const state = replayed(
      deployment([a, second, child]),
      entry(1, REFRESH, { operationID: 1, removeOld: 0, state: { ...a, outputs: { v: 2 } } }),
      entry(2, REFRESH, { operationID: 2, removeOld: 1 }),
      entry(3, REBUILT, { operationID: 0 }),
    );
    const [first, last] = state.deployment.resources ?? [];
    assert.deepEqual(first, { ...a, outputs: { v: 2 } });
    assert.deepEqual(last?.dependencies, [urnOf("a")]);
    assert.equal(last.parent, undefined);
    assert.equal(last.deletedWith, undefined);
    assert.equal(state.deployment.resources?.length, 2);
  });

  it("counts from a base that was rebuilt", () => {
    const state = replayed(
      deployment([a, b]),
      entry(1, REFRESH, { operationID: 1, removeOld: 0 }),
      entry(2, REBUILT, { operationID: 0 }),
      entry(3, SUCCESS, { operationID: 3, removeOld: 0, state: { ...b, outputs: {} } }),
    );
    assert.deepEqual(state.deployment.resources, [{ ...b, outputs: {} }]);
  });

  it("takes another base, secrets provider", () => {
    const state = replayed(
      deployment([a]),
      entry(1, WRITE, { operationID: 0, newSnapshot: deployment([b]) }),
      entry(2, SECRETS, { operationID: 0, secretsProvider: { type: "passphrase", state: { salt: "v1:y" } } }),
    );
    assert.deepEqual(of(state), ["b"]);
    assert.deepEqual(state.deployment.secrets_providers, { type: "passphrase", state: { salt: "v1:y" } });
  });

  it("names everything by its new URN, providers and children included", () => {
    const provider = resource("p2", { type: "pulumi:providers:t", aliases: [urnOf("p1")] });
    const parent = {
      ...resource("new"),
      urn: "urn:pulumi:dev::shop::t:index:New::n",
      aliases: ["urn:pulumi:dev::shop::t:index:Old::n"],
    };
    const child = resource("child", {
      urn: "urn:pulumi:dev::shop::t:index:Old$t:index:T::child",
      parent: "urn:pulumi:dev::shop::t:index:Old::n",
      provider: `${urnOf("p1")}::id-p2`,
    });
    const last = resource("last", { dependencies: ["urn:pulumi:dev::shop::t:index:Old$t:index:T::child"] });
    const { resources = [] } = replayed(
      deployment([child, last]),
      entry(1, SUCCESS, { operationID: 1, state: provider }),
      entry(2, SUCCESS, { operationID: 2, state: parent }),
    ).deployment;
    const [, , newChild, newLast] = resources ?? [];
    assert.equal(newChild?.urn, "urn:pulumi:dev::shop::t:index:New$t:index:T::child");
    assert.equal(newChild.parent, "urn:pulumi:dev::shop::t:index:New::n");
    assert.equal(newChild.provider, `${urnOf("p2")}::id-p2`);
    assert.deepEqual(newLast?.dependencies, [newChild.urn]);
    assert.ok(resources?.every(({ aliases }) => aliases === undefined));
  });

  it("is a state of version 4 where it has what older engines do not know", () => {
    assert.equal(replayed(deployment([a])).version, 3);
    const newer = resource("n", { taint: true, viewOf: urnOf("a"), resourceHooks: { BeforeCreate: ["x"] } });
    const state = replayed(deployment([a, newer]), entry(1, FAILURE, { requiresByteString: true }));
    assert.equal(state.version, 4);
    assert.deepEqual(state.features, ["byteString", "hooks", "taint", "views"]);
  });

  it("refuses entries that do not fit", () => {
    const base = deployment([a]);
    for (const wrong of [
      entry(1, SUCCESS, { removeOld: 1 }),
      entry(1, SUCCESS, { deleteOld: -1 }),
      entry(1, SUCCESS, { removeNew: 7 }),
      entry(1, OUTPUTS, { removeNew: 7, state: a }),
      entry(1, WRITE),
      entry(1, SECRETS),
      entry(1, 8),
      entry(1, 10),
    ])
      assert.throws(() => replayed(base, wrong), StateError, JSON.stringify(wrong));
  });
});
