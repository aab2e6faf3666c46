import { counted, markdownTable, plainTable } from "../../../lib/markdownTable.ts";
import type { CoverageChange, ModuleChanges, PinChange } from "./changes.ts";

const PIN_HEAD = ["module", "before", "after"];
const COVERAGE_HEAD = ["bundle", "feature", "before", "after", ""];

function pinRow({ module, from = "not there", to = "not there" }: PinChange): string[] {
  return [module, from, to];
}

function coverageRow({ bundle, feature, from, to, change }: CoverageChange): string[] {
  return [bundle, feature, from ?? "not there", to ?? "not there", change];
}

/** How many modules come, go and change: `2 come, 1 goes, 3 change`. */
export function pinSummary(changes: readonly PinChange[]): string {
  const come = changes.filter(({ from }) => from === undefined).length;
  const go = changes.filter(({ to }) => to === undefined).length;
  return `${counted(changes.length, "module")} (${come} new, ${go} gone, ${changes.length - come - go} at another version)`;
}

/** The changes for a terminal. */
export function changesText({ image, coverage, tenants }: ModuleChanges, base: string): string {
  if (image.length + coverage.length + tenants.length === 0) return `No tenant's modules differ from ${base}.`;
  return [
    `The image: ${pinSummary(image)}`,
    ...(image.length === 0 ? [] : [plainTable([PIN_HEAD, ...image.map(pinRow)])]),
    ...(coverage.length === 0 ? [] : ["Coverage", plainTable([COVERAGE_HEAD, ...coverage.map(coverageRow)])]),
    ...tenants.map(({ tenant, modules, coverage: own }) =>
      [
        `${tenant}: ${pinSummary(modules)}`,
        ...(modules.length === 0 ? [] : [plainTable([PIN_HEAD, ...modules.map(pinRow)])]),
        ...own.map(({ feature, change, to }) => `${change}: ${feature} (${to ?? "not there"})`),
      ].join("\n"),
    ),
  ].join("\n\n");
}

/** The changes for a pull request. */
export function changesMarkdown({ image, coverage, tenants }: ModuleChanges, base: string): string {
  const title = "## Modules";
  if (image.length + coverage.length + tenants.length === 0)
    return `${title}\n\nNo tenant's modules differ from \`${base}\`.`;
  return [
    title,
    `The image: ${pinSummary(image)}`,
    ...(image.length === 0 ? [] : [markdownTable(PIN_HEAD, image.map(pinRow))]),
    ...(coverage.length === 0 ? [] : ["### Coverage", markdownTable(COVERAGE_HEAD, coverage.map(coverageRow))]),
    ...tenants.flatMap(({ tenant, modules, coverage: own }) => [
      `### ${tenant}: ${pinSummary(modules)}`,
      ...(modules.length === 0 ? [] : [markdownTable(PIN_HEAD, modules.map(pinRow))]),
      ...(own.length === 0 ? [] : [markdownTable(COVERAGE_HEAD, own.map(coverageRow))]),
    ]),
  ].join("\n\n");
}
