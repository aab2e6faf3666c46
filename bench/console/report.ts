import { percentile } from "../stats.ts";
import type { ConsoleResult } from "../results.ts";
import { table } from "../table.ts";

/** Budget of the first load, in bytes. */
const FIRST_LOAD = 300_000;

/** The console's tables in Markdown. */
export function consoleReport({ size, firstLoad, answers, collector, serverPeak }: ConsoleResult): string {
  const { tenants, resources, events, changes, requests } = size;
  const counts = [
    `${number(tenants)} tenants`,
    `${number(resources)} resources in two stacks`,
    `${number(events)} events`,
    `${number(changes)} changes of tenants' files in git`,
    `${number(requests)} requests`,
  ].join(", ");
  return [
    `### Console\n\n${counts}; 20 requests at once.`,
    table(
      ["answer, in ms", "median", "p95", "slowest", "goal for p95", "met"],
      answers.map(({ name, times, goal }) => [
        name,
        ...[0.5, 0.95, 1].map((share) => percentile(times, share).toFixed(0)),
        ...verdict(percentile(times, 0.95), goal),
      ]),
    ),
    table(
      ["collector, in s", "in all", ...sourcesOf(collector), "memory in MB", "goal", "met"],
      collector.map(({ name, seconds, sources, peak, goal }) => [
        name,
        seconds.toFixed(1),
        ...sourcesOf(collector).map((source) => ((sources.get(source) ?? 0) / 1000).toFixed(1)),
        megabytes(peak),
        ...verdict(seconds, goal),
      ]),
    ),
    table(
      ["size", "measured", "goal", "met"],
      [
        [
          "first load, in kB compressed by gzip",
          (firstLoad / 1000).toFixed(1),
          ...verdict(firstLoad, FIRST_LOAD, 1000),
        ],
        ["the server's largest memory, in MB", megabytes(serverPeak), "", ""],
      ],
    ),
  ].join("\n\n");
}

function verdict(value: number, goal: number | undefined, unit = 1): [string, string] {
  return goal === undefined ? ["", ""] : [String(goal / unit), value <= goal ? "yes" : "**no**"];
}

function sourcesOf(collector: ConsoleResult["collector"]): string[] {
  return [...new Set(collector.flatMap(({ sources }) => [...sources.keys()]))];
}

function number(value: number): string {
  return value.toLocaleString("en-US");
}

function megabytes(bytes: number): string {
  return (bytes / 1e6).toFixed(0);
}
