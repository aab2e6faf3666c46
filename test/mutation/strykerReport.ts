import { readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { PROJECT_ROOT } from "../../lib/projectRoot.ts";

/** What Stryker writes at the end of a run; git ignores its folder. */
export const REPORT = join(PROJECT_ROOT, "reports/mutation/latest.json");

/** Stryker's JSON report (mutation-testing-report-schema), as far as it is read here. */
const strykerReport = z.object({
  files: z.record(
    z.string(),
    z.object({
      mutants: z.array(
        z.object({
          mutatorName: z.string(),
          replacement: z.string().default(""),
          status: z.string(),
          location: z.object({ start: z.object({ line: z.int() }) }),
        }),
      ),
    }),
  ),
});

/** What a run has found in a file. */
export interface Summary {
  /** How many mutants a test noticed. */
  readonly noticed: number;
  readonly survivors: readonly {
    readonly line: number;
    readonly mutator: string;
    /** The text that took the place of what was mutated, on one line. */
    readonly replacement: string;
    /** Whether a test runs the code at all. */
    readonly covered: boolean;
  }[];
}

/** Reads what the last run has found in a file; a file of types only has no mutants. */
export function readSummary(file: string): Summary {
  const { files } = strykerReport.parse(JSON.parse(readFileSync(REPORT, "utf8")));
  const mutants = files[file]?.mutants ?? [];
  const survivors = mutants.filter(({ status }) => status === "Survived" || status === "NoCoverage");
  return {
    noticed: mutants.filter(({ status }) => status !== "Ignored").length - survivors.length,
    survivors: survivors.map(({ mutatorName, replacement, status, location }) => ({
      line: location.start.line,
      mutator: mutatorName,
      replacement: replacement.replace(/\s+/g, " ").trim(),
      covered: status === "Survived",
    })),
  };
}
