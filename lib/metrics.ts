import { mkdirSync, renameSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";

/** A gauge and its samples. */
export interface Gauge {
  /** Name in Prometheus. */
  readonly name: string;
  /** What it is, one line, with its unit. */
  readonly help: string;
  readonly samples: readonly { readonly labels: Readonly<Record<string, string>>; readonly value: number }[];
}

/** Gauges in Prometheus' text format, which Pushgateway and node_exporter's textfile collector read. */
export function metricsText(gauges: readonly Gauge[]): string {
  return gauges
    .flatMap(({ name, help, samples }) => [
      `# HELP ${name} ${help}`,
      `# TYPE ${name} gauge`,
      ...samples.map(({ labels, value }) => `${name}${labelsText(labels)} ${value}`),
    ])
    .map((line) => `${line}\n`)
    .join("");
}

/** Writes gauges to a file in one step: a collector never reads half of it. */
export function writeMetrics(file: string, gauges: readonly Gauge[]): void {
  mkdirSync(dirname(file), { recursive: true });
  // Not with the ending that the textfile collector looks for.
  const partial = `${file}.${process.pid}.partial`;
  writeFileSync(partial, metricsText(gauges));
  renameSync(partial, file);
}

function labelsText(labels: Readonly<Record<string, string>>): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${value.replace(/[\\"\n]/g, escaped)}"`);
  return pairs.length === 0 ? "" : `{${pairs.join(",")}}`;
}

function escaped(character: string): string {
  return character === "\n" ? "\\n" : `\\${character}`;
}
