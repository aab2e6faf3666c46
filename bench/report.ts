import { consoleReport } from "./console/report.ts";
import { median } from "./stats.ts";
import { table } from "./table.ts";
import type { FleetResult, Machine, Results, Times, Variant } from "./results.ts";

/** Where the tables are in docs/performance.md. */
const BEGIN = "<!-- bench: begin. Written by `npm run bench -- --write`. -->";
const END = "<!-- bench: end -->";

/** The tables in Markdown. What was not measured is left out, or a dash. */
export function report(results: Results): string {
  const { console, fleets, validate } = results;
  const hasTimes = fleets.length > 0 || validate.runs.length > 0;
  return [
    `${machineLine(results.machine, results.day)}${hasTimes ? " Seconds, each the median of its runs." : ""}`,
    ...(fleets.length === 0 ? [] : [programs(results), peers(fleets), memory(fleets), processor(fleets)]),
    ...(validate.runs.length === 0 ? [] : [validation(validate)]),
    ...(console === undefined ? [] : [consoleReport(console)]),
    ...(hasTimes ? [wanted(results)] : []),
  ].join("\n\n");
}

/** A page with its tables replaced. */
export function withReport(page: string, tables: string): string {
  const [begin, end] = [page.indexOf(BEGIN), page.indexOf(END)];
  if (begin < 0 || end < begin)
    throw new Error(`docs/performance.md lacks the lines ${BEGIN} and ${END}: put them back`);
  return `${page.slice(0, begin)}${BEGIN}\n\n${tables}\n\n${page.slice(end)}`;
}

function machineLine({ cpu, cores, memory, node, pulumi, tofu, postgres }: Machine, day: string): string {
  const others = { Pulumi: pulumi, OpenTofu: tofu, PostgreSQL: postgres };
  const programs = [
    `Node ${node}`,
    ...Object.entries(others).flatMap(([name, version]) => (version === undefined ? [] : [`${name} ${version}`])),
  ].join(", ");
  return `Measured on ${day}: ${cpu}, ${cores} cores, ${memory} GiB of memory; ${programs}.`;
}

const COMMANDS = { preview: "preview", firstUp: "first up", noChange: "up, nothing to change" } as const;

function programs({ fleets, floor }: Results): string {
  const rows = fleets.flatMap((fleet) =>
    (Object.keys(COMMANDS) as (keyof typeof COMMANDS)[]).map((command) => {
      const of = (variant: Variant) => fleet.variants[variant][command];
      return [
        `${fleet.tenants} (${fleet.resources})`,
        COMMANDS[command],
        command === "preview" ? time(floor) : "",
        time(of("flat")),
        time(of("plain")),
        time(of("policies")),
        ratio(of("plain"), of("flat")),
        onTop(of("policies"), of("plain")),
        perResource(of("plain"), fleet.resources),
      ];
    }),
  );
  const head = [
    "tenants (resources)",
    "command",
    "empty program",
    "flat",
    "this program",
    "with policies",
    "program / flat",
    "policies",
    "ms per resource",
  ];
  return `### Preview and up\n\n${table(head, rows)}`;
}

function peers(fleets: readonly FleetResult[]): string {
  const rows = fleets.map(({ tenants, tofu, script, variants }) => [
    `${tenants}`,
    tofu === undefined ? "–" : `${tofu.resources}`,
    time(tofu?.plan),
    time(tofu?.planOfState),
    tofu === undefined ? "–" : perResource(tofu.plan, tofu.resources),
    time(tofu?.apply),
    script === undefined ? "–" : `${script.objects}`,
    time(script?.apply),
    time(variants.policies.firstUp),
    ratio(variants.policies.firstUp, script?.apply),
  ]);
  const head = [
    "tenants",
    "OpenTofu: resources",
    "plan",
    "plan, no refresh",
    "ms per resource",
    "apply",
    "script: objects",
    "makes them in",
    "this program's first up",
    "up / script",
  ];
  return `### Peers\n\n${table(head, rows)}`;
}

function memory(fleets: readonly FleetResult[]): string {
  return `### Largest memory of each process, in MB\n\n${byProgram(
    fleets,
    ({ peak }) => peak,
    (bytes) => (bytes / 1e6).toFixed(0),
  )}`;
}

function processor(fleets: readonly FleetResult[]): string {
  const text = byProgram(
    fleets,
    ({ cpu }) => cpu,
    (seconds) => seconds.toFixed(2),
  );
  return `### Where a preview's time goes: processor seconds of each program\n\n${text}`;
}

function byProgram(
  fleets: readonly FleetResult[],
  of: (fleet: FleetResult) => ReadonlyMap<string, number>,
  format: (value: number) => string,
): string {
  const last = fleets.at(-1);
  const largest = last === undefined ? [] : [...of(last)].sort((a, b) => b[1] - a[1]);
  const rows = largest
    .map(([name]) => [name, ...fleets.map((fleet) => format(of(fleet).get(name) ?? 0))])
    .filter(([, ...values]) => values.some((value) => Number(value) > 0));
  return table(["program", ...fleets.map(({ tenants }) => `${tenants} ${tenants === 1 ? "tenant" : "tenants"}`)], rows);
}

function validation({ nodeStart, runs, closures }: Results["validate"]): string {
  const rows = runs.map(({ tenants, total }) => [
    `${tenants}`,
    time(total),
    (median(total) - median(nodeStart)).toFixed(2),
  ]);
  const text = `Node itself starts in ${time(nodeStart)} s.`;
  if (closures !== undefined) {
    const { tenants, total } = closures;
    rows.push([`${tenants}, closures alone`, time(total), (median(total) - median(nodeStart)).toFixed(2)]);
  }
  return `### validate\n\n${text}\n\n${table(["tenants", "in all", "without Node's start"], rows)}`;
}

/** The goals of the project, each with what was measured. */
function wanted({ fleets, floor, validate }: Results): string {
  const rows: [string, string, boolean][] = [];
  for (const { tenants, resources, variants, script, peak, changed } of fleets) {
    const at = `${tenants} ${tenants === 1 ? "tenant" : "tenants"}`;
    const { flat, plain, policies } = variants;
    const add = (goal: string, value: number | undefined, max: number, format: (value: number) => string) => {
      if (value !== undefined) rows.push([`${at}: ${goal}`, format(value), value <= max]);
    };
    add("preview at most 1.1 × the flat program's", quotient(plain.preview, flat.preview), 1.1, (value) =>
      value.toFixed(2),
    );
    add("policies at most 15 % on top", quotient(policies.preview, plain.preview), 1.15, (value) => percent(value - 1));
    add("at most 10 ms per resource, with policies", milliseconds(policies.preview, resources), 10, (value) =>
      value.toFixed(1),
    );
    if (tenants === 1) {
      add("preview at most 2 × the empty program's", quotient(plain.preview, floor), 2, (value) => value.toFixed(2));
    }
    add("first up at most 1.5 × the script", quotient(policies.firstUp, script?.apply), 1.5, (value) =>
      value.toFixed(2),
    );
    if (policies.noChange.length > 0) add("a second up changes nothing", changed, 0, String);
    const [largest] = [...peak].sort((a, b) => b[1] - a[1]);
    add(
      "no process above 600 MB",
      largest?.[1],
      600e6,
      (value) => `${(value / 1e6).toFixed(0)} (${largest?.[0] ?? ""})`,
    );
  }
  const thousand = validate.runs.find(({ tenants }) => tenants === 1000);
  if (thousand !== undefined) {
    const seconds = median(thousand.total) - median(validate.nodeStart);
    rows.push(["1,000 tenants validated in 1 s plus Node's start", seconds.toFixed(2), seconds <= 1]);
  }
  if (validate.closures !== undefined) {
    const seconds = median(validate.closures.total) - median(validate.nodeStart);
    rows.push(["1,000 tenants' closures solved in 1 s plus Node's start", seconds.toFixed(2), seconds <= 1]);
  }
  const head = ["goal", "measured", "met"];
  return `### Goals\n\n${table(
    head,
    rows.map(([goal, value, met]) => [goal, value, met ? "yes" : "**no**"]),
  )}`;
}

function time(times: Times | undefined): string {
  return times === undefined || times.length === 0 ? "–" : median(times).toFixed(2);
}

function quotient(times: Times, others: Times | undefined): number | undefined {
  return times.length === 0 || others === undefined || others.length === 0 ? undefined : median(times) / median(others);
}

function milliseconds(times: Times, resources: number): number | undefined {
  return times.length === 0 ? undefined : (median(times) * 1000) / resources;
}

function ratio(times: Times, others: Times | undefined): string {
  return quotient(times, others)?.toFixed(2) ?? "–";
}

function onTop(times: Times, others: Times): string {
  const value = quotient(times, others);
  return value === undefined ? "–" : percent(value - 1);
}

function percent(share: number): string {
  return `${share < 0 ? "−" : "+"}${Math.abs(share * 100).toFixed(0)} %`;
}

function perResource(times: Times, resources: number): string {
  return milliseconds(times, resources)?.toFixed(1) ?? "–";
}
