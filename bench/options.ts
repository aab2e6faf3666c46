import { Command, InvalidArgumentError, Option } from "@commander-js/extra-typings";

/** What can be measured. `preview` brings the floor, the first `up` with policies, memory and processor time with it. */
export const PARTS = ["validate", "preview", "up", "tofu", "script", "console"] as const;
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

/**
 * The command `npm run bench`, which throws a CommanderError for a wrong call.
 *
 * @param measure what it does with its options
 */
export function benchCommand(measure: (options: BenchOptions) => Promise<void> | void) {
  return (
    new Command("npm run bench --")
      .description(
        "Measures this program beside an empty one, a flat one, OpenTofu and a bare script, in a sandbox of its own that is removed at the end. " +
          "Everything at its defaults takes hours.",
      )
      .addOption(list("--tenants", "numbers of tenants", "1,10,50"))
      .addOption(new Option("--runs <number>", "runs of each preview, plan and validation").argParser(count).default(5))
      .addOption(new Option("--ups <number>", "runs of each up, first ones and others").argParser(count).default(3))
      .addOption(list("--validate", "numbers of tenants for validate", "1,100,1000,10000"))
      .option("--only <parts>", `some of ${PARTS.join(", ")}, separated by commas (default: all)`, parts)
      // The page's tables are of one run.
      .addOption(new Option("--write", "put the tables into docs/performance.md too").conflicts("only"))
      .addHelpText("after", "\nExample:\n  npm run bench -- --only validate --validate 100")
      .showHelpAfterError()
      .exitOverride()
      .action(({ only = PARTS, write = false, ...numbers }) => measure({ ...numbers, parts: new Set(only), write }))
  );
}

/** An option that takes numbers, separated by commas. */
function list<const Flag extends string>(flag: Flag, description: string, defaults: string) {
  return new Option(`${flag} <numbers>`, description).argParser(counts).default(counts(defaults), defaults);
}

function parts(text: string): readonly BenchPart[] {
  return text.split(",").map((word) => {
    const part = PARTS.find((known) => known === word);
    if (part !== undefined) return part;
    throw new InvalidArgumentError(`Expected some of ${PARTS.join(", ")}.`);
  });
}

function counts(text: string): readonly number[] {
  return text.split(",").map(count);
}

function count(text: string): number {
  if (/^[1-9]\d*$/.test(text)) return Number(text);
  throw new InvalidArgumentError("Expected integers from 1.");
}
