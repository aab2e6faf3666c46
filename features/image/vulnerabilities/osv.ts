import { parse } from "yaml";
import { z } from "zod";
import { compareText } from "../../../config/diagnostics.ts";
import type { Vulnerability } from "../../../config/schemas/vulnerabilities.ts";
import { normalised } from "../requirements.ts";

const event = z.object({
  introduced: z.string().optional(),
  fixed: z.string().optional(),
  last_affected: z.string().optional(),
});

/** What is read of an advisory in OSV's format (https://ossf.github.io/osv-schema/). */
const advisorySchema = z.looseObject({
  id: z.string(),
  aliases: z.array(z.string()).default([]),
  withdrawn: z.unknown().optional(),
  summary: z.string().optional(),
  details: z.string().default(""),
  affected: z.array(
    z.looseObject({
      package: z.looseObject({ ecosystem: z.string(), name: z.string() }),
      ranges: z.array(z.looseObject({ type: z.string(), events: z.array(event) })).default([]),
      versions: z.array(z.string()).default([]),
    }),
  ),
});

/** Longest summary that is kept, in characters. */
const MAX_SUMMARY = 200;

/**
 * What an advisory says of a package, or undefined when it was withdrawn or is of other packages.
 *
 * @param text the advisory, YAML in OSV's format
 * @param name normalised name of the package
 * @throws z.ZodError when it is not in that format.
 */
export function readAdvisory(text: string, name: string): Vulnerability | undefined {
  const advisory = advisorySchema.parse(parse(text, { schema: "failsafe" }));
  const own = advisory.affected.filter(
    (each) => each.package.ecosystem === "PyPI" && normalised(each.package.name) === name,
  );
  if (advisory.withdrawn !== undefined) return undefined;
  const ranges = own.flatMap((each) =>
    each.ranges.filter(({ type }) => type === "ECOSYSTEM").flatMap(({ events }) => partsOf(events)),
  );
  const versions = own.flatMap((each) => each.versions.map((version) => `==${version}`));
  // Versions are listed beside the ranges that they are in; alone they are all that is known.
  const affected = ranges.length > 0 ? ranges : versions;
  if (affected.length === 0) return undefined;
  const fixed = ranges
    .flatMap((range) => /<(\d[^,=]*)$/.exec(range)?.[1] ?? [])
    .sort(compareReleases)
    .at(-1);
  return {
    id: advisory.id,
    ...(advisory.aliases.length === 0 ? {} : { aliases: [...advisory.aliases].sort(compareText) }),
    package: name,
    affected: affected.join(" || "),
    ...(fixed === undefined ? {} : { fixed }),
    summary: summaryOf(advisory.summary ?? advisory.details, advisory.id),
    url: `https://osv.dev/vulnerability/${advisory.id}`,
  };
}

/** Ranges of versions: each event that introduces it begins one, and the next that ends it closes it. */
function partsOf(events: readonly z.output<typeof event>[]): string[] {
  const parts: string[] = [];
  let from: string | undefined;
  for (const { introduced, fixed, last_affected: last } of events) {
    if (introduced !== undefined) {
      if (from !== undefined) parts.push(`>=${from}`);
      from = introduced;
    }
    const end = fixed === undefined ? (last === undefined ? undefined : `<=${last}`) : `<${fixed}`;
    if (end === undefined || from === undefined) continue;
    parts.push(from === "0" ? end : `>=${from},${end}`);
    from = undefined;
  }
  return from === undefined ? parts : [...parts, `>=${from}`];
}

function compareReleases(a: string, b: string): number {
  const [left, right] = [a, b].map((version) => version.split(/[^\d]+/).map(Number));
  for (let at = 0; at < Math.max(left?.length ?? 0, right?.length ?? 0); at += 1) {
    const difference = (left?.[at] ?? 0) - (right?.[at] ?? 0);
    if (difference !== 0) return difference;
  }
  return compareText(a, b);
}

function summaryOf(text: string, id: string): string {
  const plain = text.replaceAll(/[\s\p{Cc}]+/gu, " ").trim();
  const sentence = /^.*?[.!?](?= |$)/.exec(plain)?.[0] ?? plain;
  if (sentence === "") return id;
  return sentence.length <= MAX_SUMMARY ? sentence : `${sentence.slice(0, MAX_SUMMARY - 1).trimEnd()}…`;
}
