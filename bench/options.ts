import { parseCommand, UsageError } from "../commands/command.ts";

/** What can be measured. `preview` brings the floor, the first `up` with policies, memory and processor time with it. */
export const PARTS = ["validate", "preview", "up", "tofu", "script"] as const;
/** One of {@link PARTS}. */
export type BenchPart = (typeof PARTS)[number];

/** What to run. */
export interface BenchOptions {
  /** Numbers of tenants. */
  readonly tenants: readonly number[];
  /** Runs of each preview, plan and validation. */
  readonly runs: number;
  /** Runs of each `up`: those that make everything start with empty services. */
  readonly ups: number;
  readonly parts: ReadonlySet<BenchPart>;
  /** Numbers of tenants for `validate`. */
  readonly validate: readonly number[];
  /** Whether docs/performance.md gets the tables. */
  readonly write: boolean;
}

/** How to call it. */
export const USAGE = `usage: npm run bench [-- options]

Measures this program beside an empty and a flat one, OpenTofu and a bare script, in a sandbox of its own that is removed
at the end. Everything at its defaults takes hours.

  --tenants 1,10,50               numbers of tenants
  --runs 5                        runs of each preview, plan and validation
  --ups 3                         runs of each up, first ones and others
  --validate 1,100,1000,10000     numbers of tenants for validate
  --only validate,preview         some of: ${PARTS.join(", ")}
  --write                         put the tables into docs/performance.md too; not with --only`;

/**
 * Reads the command line.
 *
 * @throws UsageError
 */
export function parseOptions(args: readonly string[]): BenchOptions {
  const { values } = parseCommand(args, {
    tenants: { type: "string", default: "1,10,50" },
    runs: { type: "string", default: "5" },
    ups: { type: "string", default: "3" },
    validate: { type: "string", default: "1,100,1000,10000" },
    only: { type: "string", default: PARTS.join(",") },
    write: { type: "boolean", default: false },
  });
  const parts = values.only.split(",").map((word) => {
    const part = PARTS.find((known) => known === word);
    if (part === undefined)
      throw new UsageError(`--only has ${JSON.stringify(word)}, expected some of ${PARTS.join(", ")}`);
    return part;
  });
  if (values.write && new Set(parts).size < PARTS.length)
    throw new UsageError("--write goes without --only: the page's tables are of one run");
  return {
    tenants: counts("tenants", values.tenants),
    runs: count("runs", values.runs),
    ups: count("ups", values.ups),
    parts: new Set(parts),
    validate: counts("validate", values.validate),
    write: values.write,
  };
}

function counts(name: string, text: string): number[] {
  return text.split(",").map((word) => count(name, word));
}

function count(name: string, text: string): number {
  if (/^[1-9]\d*$/.test(text)) return Number(text);
  throw new UsageError(`--${name} has ${JSON.stringify(text)}, expected a whole number from 1 on`);
}
