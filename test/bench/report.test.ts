import assert from "node:assert/strict";
import { changes } from "../../bench/fleets.ts";
import { benchCommand, PARTS } from "../../bench/options.ts";
import type { BenchOptions } from "../../bench/options.ts";
import { byProgram, programName, run } from "../../bench/processes.ts";
import { report, withReport } from "../../bench/report.ts";
import { table } from "../../bench/table.ts";
import type { ConsoleResult, FleetResult, Results } from "../../bench/results.ts";
import { median, medians, percentile } from "../../bench/stats.ts";

const fleet: FleetResult = {
  tenants: 10,
  resources: 500,
  variants: {
    flat: { preview: [4, 4, 5], noChange: [6], firstUp: [] },
    plain: { preview: [4.2, 9, 4], noChange: [6], firstUp: [] },
    policies: { preview: [5.25], noChange: [7], firstUp: [30] },
  },
  changed: 0,
  tofu: { resources: 200, plan: [3.4], planOfState: [1], apply: [20] },
  script: { objects: 500, apply: [20] },
  peak: new Map([
    ["pulumi", 300e6],
    ["Keycloak (java)", 650e6],
  ]),
  cpu: new Map([["pulumi", 1.5]]),
};
const results: Results = {
  machine: { cpu: "Some CPU", cores: 2, memory: 23, node: "24.21.0", pulumi: "3.259.0" },
  day: "2026-11-22",
  floor: [1.4, 1.5, 1.3],
  fleets: [fleet],
  validate: {
    nodeStart: [0.05],
    runs: [{ tenants: 1000, total: [1.3, 0.9, 1.0] }],
    closures: { tenants: 1000, total: [0.5] },
  },
};

const consoleResult: ConsoleResult = {
  size: { tenants: 10_000, resources: 550_000, events: 50_000, changes: 20_000, requests: 1000 },
  firstLoad: 211_700,
  answers: [
    { name: "list", times: Array.from({ length: 100 }, (_, index) => 100 - index), goal: 94 },
    { name: "dashboard", times: [7] },
  ],
  collector: [
    { name: "first", seconds: 60, goal: 60, sources: new Map([["files", 5500]]), peak: 900e6 },
    { name: "incremental", seconds: 5.1, goal: 5, sources: new Map([["events", 300]]), peak: 200e6 },
  ],
  serverPeak: 350e6,
};

describe("the benchmark's tables", () => {
  it("take the median", () => {
    assert.equal(median([3, 1, 2]), 2);
    assert.equal(median([4, 1, 2, 3]), 2.5);
    assert.throws(() => median([]), /no values/);
    assert.deepEqual([percentile([3, 1, 2], 0.95), percentile([3, 1, 2], 0.5), percentile([3], 0)], [3, 2, 3]);
    assert.throws(() => percentile([], 0.5), /no values/);
    const [a, b] = [
      new Map([["x", 2]]),
      new Map([
        ["x", 4],
        ["y", 6],
      ]),
    ];
    assert.deepEqual(
      [...medians([a, b])],
      [
        ["x", 3],
        ["y", 3],
      ],
    );
  });

  it("name the machine, and give figures with their ratios", () => {
    const text = report(results);
    assert.match(
      text,
      /^Measured on 2026-11-22: Some CPU, 2 cores, 23 GiB of memory; Node 24\.21\.0, Pulumi 3\.259\.0\./,
    );
    assert.match(
      text,
      /\| 10 \(500\) +\| +preview \| +1\.40 \| +4\.00 \| +4\.20 \| +5\.25 \| +1\.05 \| +\+25 % \| +8\.4 \|/,
    );
    assert.match(text, /\| 10 \(500\) +\| +first up \| +\| +– \| +– \| +30\.00 \| +– \|/);
    assert.match(
      text,
      /\| 10 +\| +200 \| +3\.40 \| +1\.00 \| +17\.0 \| +20\.00 \| +500 \| +20\.00 \| +30\.00 \| +1\.50 \|/,
    );
    assert.match(text, /\| 1000 +\| +1\.00 \| +0\.95 \|/);
  });

  it("say which goals are met, and which are not", () => {
    const goals = report(results).split("### Goals")[1] ?? "";
    const met = (goal: string): string =>
      new RegExp(`\\| [^|]*${goal}[^|]*\\|[^|]*\\| +(\\S+) \\|`).exec(goals)?.[1] ?? "missing";
    assert.equal(met("1.1 × the flat"), "yes");
    assert.equal(met("15 % on top"), "**no**");
    assert.equal(met("10 ms per resource"), "**no**");
    assert.equal(met("1.5 × the script"), "yes");
    assert.equal(met("2 × the empty"), "missing");
    assert.equal(met("changes nothing"), "yes");
    assert.equal(met("600 MB"), "**no**");
    assert.equal(met("1,000 tenants"), "yes");
    assert.match(goals, /650 \(Keycloak \(java\)\)/);
  });

  it("compare one tenant's preview with an empty program's", () => {
    const one = {
      ...fleet,
      tenants: 1,
      variants: { ...fleet.variants, plain: { ...fleet.variants.plain, preview: [3] } },
    };
    assert.match(
      report({ ...results, fleets: [one] }),
      /1 tenant: preview at most 2 × the empty program's +\| +2\.14 \| \*\*no/,
    );
  });

  it("leave out what was not measured", () => {
    const text = report({ ...results, fleets: [], floor: [] });
    assert.ok(!text.includes("### Preview"));
    assert.ok(text.includes("### validate"));
    assert.match(text, /1000, closures alone \| +0\.50 \| +0\.45/);
    assert.match(text, /closures solved in 1 s plus Node's start \| +0\.45 \| yes/);
  });

  it("give the console's figures with their goals", () => {
    const text = report({
      ...results,
      machine: { cpu: "Some CPU", cores: 2, memory: 23, node: "24.21.0", postgres: "15" },
      floor: [],
      fleets: [],
      validate: { nodeStart: [], runs: [] },
      console: consoleResult,
    });
    assert.match(text, /^Measured on .*; Node 24\.21\.0, PostgreSQL 15\.\n/);
    assert.ok(!text.includes("### Goals"));
    assert.match(text, /10,000 tenants, 550,000 resources in two stacks, 50,000 events/);
    assert.match(text, /\| list +\| +50 \| +95 \| +100 \| +94 \| +\*\*no\*\* \|/);
    assert.match(text, /\| dashboard +\| +7 \| +7 \| +7 \| +\| +\|/);
    assert.match(text, /\| first +\| +60\.0 \| +5\.5 \| +0\.0 \| +900 \| +60 \| +yes \|/);
    assert.match(text, /\| incremental +\| +5\.1 \| +0\.0 \| +0\.3 \| +200 \| +5 \| +\*\*no\*\* \|/);
    assert.match(text, /first load, in kB compressed by gzip +\| +211\.7 \| +300 \| +yes \|/);
    assert.match(text, /largest memory, in MB +\| +350 \|/);
  });

  it("line up", () => {
    assert.equal(
      table(["a", "long head"], [["wide cell", "1"]]),
      "| a         | long head |\n| --------- | --------: |\n| wide cell |         1 |",
    );
  });

  it("replace those of the page, and only them", () => {
    const page =
      "before\n<!-- bench: begin. Written by `npm run bench -- --write`. -->\nold\n<!-- bench: end -->\nafter\n";
    const written = withReport(page, "new");
    assert.match(written, /^before\n<!-- bench: begin[^\n]*\n\nnew\n\n<!-- bench: end -->\nafter\n$/);
    assert.equal(withReport(written, "new"), written);
    assert.throws(() => withReport("no marks", "new"), /put them back/);
  });
});

describe("the benchmark's command line", () => {
  /** The options of a call. */
  const optionsOf = (...args: string[]): BenchOptions => {
    let seen: BenchOptions | undefined;
    benchCommand((options) => {
      seen = options;
    })
      .configureOutput({ writeErr: () => undefined })
      .parse(args, { from: "user" });
    return seen ?? assert.fail("it measures nothing");
  };

  it("takes parts and sizes", () => {
    const options = optionsOf("--tenants", "1,10", "--runs", "3", "--only", "validate,preview");
    assert.deepEqual(options.tenants, [1, 10]);
    assert.equal(options.runs, 3);
    assert.deepEqual([...options.parts], ["validate", "preview"]);
  });

  it("measures everything by default", () => {
    const { tenants, runs, ups, parts, validate, write } = optionsOf();
    assert.deepEqual({ tenants, validate }, { tenants: [1, 10, 50], validate: [1, 100, 1000, 10_000] });
    assert.deepEqual({ runs, ups, write, parts: parts.size }, { runs: 5, ups: 3, write: false, parts: PARTS.length });
    assert.ok(optionsOf("--write").write);
  });

  it("refuses what it does not know", () => {
    assert.throws(
      () => optionsOf("--only", "everything"),
      /'everything' is invalid. Expected some of validate, preview/,
    );
    assert.throws(() => optionsOf("--tenants", "0"), /'0' is invalid. Expected integers/);
    assert.throws(() => optionsOf("--fast"), /--fast/);
    assert.throws(() => optionsOf("--only", "validate", "--write"), /'--write' cannot be used with option '--only/);
  });
});

describe("the benchmark's measurements", () => {
  const options = { cwd: import.meta.dirname, sample: true };

  it("know the programs of a run", () => {
    assert.equal(
      programName(["/x/node", "--require", "/y/policies/../preload.cjs", "/y/policies/server/main.ts", "127.0.0.1:1"]),
      "policy pack (node)",
    );
    assert.equal(programName(["/x/node", "/y/@pulumi/pulumi/cmd/run", "--engine"]), "program (node)");
    assert.equal(programName(["/x/node", "/y/features/state/host.ts", "/states", "pulumi"]), "state service (node)");
    assert.equal(programName(["/x/java", "-jar", "quarkus-run.jar"]), "Keycloak (java)");
    assert.equal(programName(["postgres: checkpointer "]), "postgres (largest process)");
    assert.equal(programName(["/cache/kube-apiserver", "--etcd-servers=x"]), "kube-apiserver");
  });

  it("see what a command and its children used", async () => {
    const busy = "const end = Date.now() + 400; while (Date.now() < end);";
    const parent = `require("node:child_process").execFileSync(process.execPath, ["-e", ${JSON.stringify(busy)}])`;
    const { processes, status } = await run(process.execPath, ["-e", parent], options);
    assert.equal(status, 0);
    assert.equal(processes.length, 2);
    const { peak, cpu } = byProgram(processes);
    assert.ok((peak.get("node") ?? 0) > 10e6, "some ten megabytes at least");
    assert.ok((cpu.get("node") ?? 0) > 0);
  });

  it("tell what a failed command said, and stop at an interrupt", async () => {
    await assert.rejects(
      run(process.execPath, ["-e", "console.error('why'); process.exit(3)"], options),
      /status 3.*\nwhy$/s,
    );
    const controller = new AbortController();
    const running = run(process.execPath, ["-e", "setInterval(() => {}, 1000)"], {
      ...options,
      signal: controller.signal,
    });
    controller.abort(new Error("interrupted"));
    await assert.rejects(running, /interrupted/);
  });

  it("count what an up changed", () => {
    assert.equal(changes("  text\nResources:\n    523 unchanged\n\nDuration: 5s\n"), 0);
    assert.equal(
      changes("x\nResources:\n    + 12 created\n    ~ 1 updated\n    +-2 replaced\n    - 3 deleted\n    5 unchanged\n"),
      18,
    );
  });
});
