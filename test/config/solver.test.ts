import assert from "node:assert/strict";
import fc from "fast-check";
import { automaticModules, closure, pathTo, solve } from "../../config/solver.ts";
import type { Fault, ModuleSource } from "../../config/solver.ts";
import { indexed } from "../support/moduleIndex.ts";
import type { TestModule } from "../support/moduleIndex.ts";

function source(modules: Readonly<Record<string, TestModule>>): ModuleSource {
  const made = new Map(Object.entries(modules).map(([name, module]) => [name, indexed(module)]));
  return made;
}

/** An index by dependencies alone: `a: "b c"`. */
function graph(depends: Readonly<Record<string, string>>): ModuleSource {
  return source(
    Object.fromEntries(
      Object.entries(depends).map(([name, text]) => [name, { depends: text.split(" ").filter((word) => word !== "") }]),
    ),
  );
}

const faultsOf = (wanted: readonly string[], index: ModuleSource): readonly Fault[] => solve(wanted, index).faults;

describe("the solver", () => {
  it("puts dependencies first, within a depth by name, each once", () => {
    const index = graph({ a: "c b", b: "d", c: "d", d: "", e: "" });
    assert.deepEqual(solve(["e", "a"], index), { order: ["d", "e", "b", "c", "a"], faults: [] });
  });

  it("names what is missing by the shortest way to it", () => {
    const index = graph({ a: "b", b: "c", c: "gone", x: "c" });
    assert.deepEqual(faultsOf(["a", "x"], index), [{ kind: "missing", path: ["x", "c", "gone"] }]);
  });

  it("of two shortest ways takes the first by name", () => {
    assert.deepEqual(faultsOf(["b", "a"], graph({ a: "gone", b: "gone" })), [{ kind: "missing", path: ["a", "gone"] }]);
  });

  it("names a module itself where it is missing", () => {
    assert.deepEqual(faultsOf(["gone"], graph({})), [{ kind: "missing", path: ["gone"] }]);
  });

  it("finds a cycle of one, two and three, from the first by name, and what leads to it is not in it", () => {
    assert.deepEqual(faultsOf(["a"], graph({ a: "a" })), [{ kind: "cycle", path: ["a", "a"] }]);
    assert.deepEqual(faultsOf(["z"], graph({ z: "b", b: "a", a: "b" })), [{ kind: "cycle", path: ["a", "b", "a"] }]);
    assert.deepEqual(faultsOf(["c"], graph({ c: "a", a: "b", b: "c" })), [
      { kind: "cycle", path: ["a", "b", "c", "a"] },
    ]);
  });

  it("tells two knots apart, and the shortest cycle of a knot once", () => {
    const index = graph({ a: "b", b: "a c", c: "d", d: "c", e: "a" });
    assert.deepEqual(faultsOf(["e"], index), [
      { kind: "cycle", path: ["a", "b", "a"] },
      { kind: "cycle", path: ["c", "d", "c"] },
    ]);
  });

  it("refuses what cannot be installed, what was not read, and licences that do not let it", () => {
    const index = source({
      a: { depends: ["b", "c", "d", "e"] },
      b: { installable: false },
      c: { licence: "OPL-1" },
      d: { licence: "OEEL-1" },
      e: { licence: "LGPL-3" },
      p: { licence: "Other proprietary" },
    });
    assert.deepEqual(faultsOf(["p"], index), [{ kind: "licence", path: ["p"] }]);
    assert.deepEqual(faultsOf(["a"], index), [
      { kind: "uninstallable", path: ["a", "b"] },
      { kind: "licence", path: ["a", "c"] },
      { kind: "licence", path: ["a", "d"] },
    ]);
    const { depends, ...unread } = indexed({ evidence: "branch" });
    assert.deepEqual(depends, []);
    assert.deepEqual(solve(["a"], new Map([["a", unread]])).faults, [{ kind: "unread", path: ["a"] }]);
  });

  it("tells faults of every kind in the order of their paths", () => {
    const index = source({
      a: { depends: ["b"] },
      b: { depends: ["a"] },
      z: { installable: false },
      c: { depends: ["gone"] },
    });
    const conflicts = [{ modules: ["a", "c"], reason: "one of them" }];
    assert.deepEqual(
      solve(["z", "c", "a"], index, conflicts).faults.map(({ kind, path }) => [kind, ...path]),
      [
        ["conflict", "a"],
        ["cycle", "a", "b", "a"],
        ["missing", "c", "gone"],
        ["uninstallable", "z"],
      ],
    );
    assert.deepEqual(
      solve(["c"], index, conflicts).faults.map(({ kind }) => kind),
      ["missing"],
    );
  });

  it("finds modules that exclude each other, through what needs them", () => {
    const index = graph({ a: "redis", b: "db", redis: "", db: "" });
    const conflicts = [{ modules: ["redis", "db"], reason: "one store" }];
    assert.deepEqual(solve(["a", "b"], index, conflicts).faults, [
      { kind: "conflict", reason: "one store", path: ["a", "redis"], other: ["b", "db"] },
    ]);
    assert.deepEqual(solve(["a"], index, conflicts).faults, []);
  });

  it("knows what Odoo installs by itself: all triggers there, no country, and what that needs", () => {
    const index = source({
      sale: {},
      crm: {},
      sale_crm: { depends: ["crm", "sale"], autoInstall: true },
      glue: { depends: ["sale_crm", "tool"], autoInstall: ["sale_crm"] },
      tool: {},
      other: { depends: ["stock"], autoInstall: true },
      french: { depends: ["sale"], autoInstall: true, countries: ["fr"] },
      always: { autoInstall: true },
      onBase: { autoInstall: ["base"] },
      never: { depends: ["sale"], autoInstall: true, installable: false },
      wanted: { depends: ["sale"] },
    });
    assert.deepEqual(automaticModules(["sale"], ["onBase", "never", "wanted", "unknown"], index), ["onBase"]);
    const image = ["always", "french", "glue", "other", "sale_crm", "tool"];
    assert.deepEqual(automaticModules(["sale", "crm"], image, index), ["always", "glue", "sale_crm", "tool"]);
    assert.deepEqual(automaticModules(["sale"], image, index), ["always"]);
    assert.deepEqual(automaticModules(["sale", "crm"], [], index), []);
  });

  it("adds a country's modules where a company is in it, or may be", () => {
    const index = source({
      base: { autoInstall: true },
      french: { depends: ["sale", "vat"], autoInstall: ["sale"], countries: ["fr", "mc"] },
      sale: {},
      vat: {},
    });
    const image = ["base", "french"];
    assert.deepEqual(automaticModules(["sale"], image, index), []);
    assert.deepEqual(automaticModules(["sale"], image, index, new Set(["ph"])), []);
    assert.deepEqual(automaticModules(["sale"], image, index, new Set(["mc", "ph"])), ["french", "vat"]);
    assert.deepEqual(automaticModules(["sale"], image, index, "any"), ["french", "vat"]);
    assert.deepEqual(automaticModules([], image, index, "any"), []);
  });
});

/** Any index of up to 12 modules, some of which name modules that are not there. */
const anyGraph = fc
  .array(fc.uniqueArray(fc.nat(13), { maxLength: 4 }), { minLength: 1, maxLength: 12 })
  .map((lists) => new Map(lists.map((depends, at) => [`m${at}`, indexed({ depends: depends.map((to) => `m${to}`) })])));

const anyWish = fc.uniqueArray(
  fc.nat(13).map((at) => `m${at}`),
  { minLength: 1, maxLength: 5 },
);

/** Graphs without cycles: a module depends on later ones only. */
const anyTree = fc
  .array(fc.uniqueArray(fc.nat(11), { maxLength: 4 }), { minLength: 12, maxLength: 12 })
  .map(
    (lists) =>
      new Map(
        lists.map((depends, at) => [
          `m${at}`,
          indexed({ depends: depends.filter((to) => to > at).map((to) => `m${to}`) }),
        ]),
      ),
  );

describe("the solver, whatever the index", () => {
  it("reaches exactly what is reachable", () => {
    fc.assert(
      fc.property(anyGraph, anyWish, (index, wanted) => {
        const reached = new Set(wanted);
        for (let grew = true; grew;) {
          const before = reached.size;
          for (const name of [...reached]) for (const to of index.get(name)?.depends ?? []) reached.add(to);
          grew = reached.size > before;
        }
        assert.deepEqual(new Set(closure(wanted, index).keys()), reached);
      }),
    );
  });

  it("tells each missing module once, by a way of real dependencies than which none is shorter", () => {
    fc.assert(
      fc.property(anyGraph, anyWish, (index, wanted) => {
        const from = closure(wanted, index);
        const told = solve(wanted, index).faults.filter(({ kind }) => kind === "missing");
        assert.deepEqual(
          told.map(({ path }) => path.at(-1)).sort(),
          [...from.keys()].filter((name) => !index.has(name)).sort(),
        );
        for (const { path } of told) {
          assert.ok(wanted.includes(path[0] ?? ""));
          path.slice(1).forEach((name, at) => assert.ok(index.get(path[at] ?? "")?.depends?.includes(name)));
          assert.equal(path.length, distance(wanted, path.at(-1) ?? "", index));
        }
      }),
    );
  });

  it("tells a cycle exactly where there is one, and each told is one", () => {
    fc.assert(
      fc.property(anyGraph, anyWish, (index, wanted) => {
        const { order, faults } = solve(wanted, index);
        const told = faults.filter(({ kind }) => kind === "cycle");
        for (const { path } of told) {
          assert.equal(path[0], path.at(-1));
          path.slice(1).forEach((name, at) => assert.ok(index.get(path[at] ?? "")?.depends?.includes(name)));
        }
        assert.equal(told.length > 0, order.length < closure(wanted, index).size);
      }),
    );
  });

  it("puts every module behind what it depends on", () => {
    fc.assert(
      fc.property(anyTree, anyWish, (index, wanted) => {
        const { order } = solve(wanted, index);
        assert.deepEqual([...order].sort(), [...closure(wanted, index).keys()].sort());
        order.forEach((name, at) => {
          for (const dependency of index.get(name)?.depends ?? []) assert.ok(order.indexOf(dependency) < at);
        });
      }),
    );
  });

  it("answers the same whatever the order of the wish", () => {
    fc.assert(
      fc.property(anyGraph, anyWish, (index, wanted) => {
        assert.deepEqual(solve(wanted, index), solve(wanted.toReversed(), index));
      }),
    );
  });

  it("adds by itself only what is in the image, and a second time nothing more", () => {
    fc.assert(
      fc.property(anyTree, anyWish, fc.uniqueArray(fc.nat(11), { maxLength: 6 }), (index, wanted, own) => {
        const automatic = new Map(
          [...index].map(([name, module], at) => [
            name,
            own.includes(at) ? { ...module, autoInstall: true as const } : module,
          ]),
        );
        const installed = solve(wanted, automatic).order;
        const added = automaticModules(installed, automatic.keys(), automatic);
        for (const name of added) assert.ok(!installed.includes(name));
        assert.deepEqual(automaticModules([...installed, ...added], automatic.keys(), automatic), []);
      }),
    );
  });
});

/** Length of the shortest way, by a search of its own. */
function distance(wanted: readonly string[], to: string, index: ModuleSource): number {
  let level = new Set(wanted);
  for (let length = 1; length < 20; length += 1) {
    if (level.has(to)) return length;
    level = new Set([...level].flatMap((name) => index.get(name)?.depends ?? []));
  }
  return Infinity;
}

describe("a path", () => {
  it("begins at what was asked for", () => {
    const from = closure(["a"], graph({ a: "b", b: "c", c: "" }));
    assert.deepEqual(pathTo("c", from), ["a", "b", "c"]);
    assert.deepEqual(pathTo("a", from), ["a"]);
  });
});
