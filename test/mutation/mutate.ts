import { spawnSync } from "node:child_process";
import { existsSync, globSync, readFileSync, rmSync } from "node:fs";
import { basename, join } from "node:path";
import { PROJECT_ROOT } from "../../lib/projectRoot.ts";
import { UserError } from "../../lib/userError.ts";
import { TEST_FILES } from "./mochaRunner.ts";
import { readSummary, REPORT } from "./strykerReport.ts";

const MUTATED = ["policies", "config", "features/delivery", "features/requests", "features/recovery"];

/** Tests that start processes or threads of their own, in which no mutant is active, or that judge the whole program anew for each. */
const NOT_FOR_MUTANTS = [
  "test/backups/refusals.test.ts",
  "test/commands/validate.test.ts",
  "test/lifecycle/commands.test.ts",
  "test/delivery/smoke.test.ts",
  "test/policies/pack.test.ts",
  "test/requests/command.test.ts",
  "test/workflows/workflows.test.ts",
];

/** A name that is not of mutated files. */
export class NotMutated extends UserError {
  override readonly name = "NotMutated";
}

/**
 * Mutates files and runs their tests on each mutant, and prints the survivors. Mutants whose code and tests have not changed
 * keep the result that they have in Stryker's incremental file.
 *
 * @param names files or folders
 * @returns whether Stryker ran on each, and all results together reach `thresholds.break`
 * @throws NotMutated for the first name that has no mutated files
 */
export function mutateFiles(names: readonly string[]): boolean {
  const outcomes = filesOf(names).map(mutate);
  // Each run judges all results that the incremental file has by then: the last one judges everything.
  return !outcomes.includes("failed") && outcomes.at(-1) === "passed";
}

/**
 * The mutated files that files and folders stand for.
 *
 * @throws NotMutated for the first name that has none
 */
export function filesOf(names: readonly string[]): string[] {
  const files = globSync(
    MUTATED.map((folder) => `${folder}/**/*.ts`),
    { cwd: PROJECT_ROOT },
  ).sort();
  const found = names.flatMap((name) => {
    const folder = name.replace(/\/$/, "");
    const own = files.filter((file) => folder === file || file.startsWith(`${folder}/`));
    if (own.length === 0) {
      throw new NotMutated(
        `${name} is not mutated, expected one of ${MUTATED.join(", ")}, or a file or folder in them`,
      );
    }
    return own;
  });
  return [...new Set(found)];
}

/** Mutates one file. A run that is not above the threshold has still worked. */
function mutate(file: string): "failed" | "below" | "passed" {
  const started = Date.now();
  rmSync(REPORT, { force: true });
  const { status } = spawnSync(
    join(PROJECT_ROOT, "node_modules/.bin/stryker"),
    ["run", "stryker.config.mjs", "--mutate", file],
    { cwd: PROJECT_ROOT, stdio: "inherit", env: { ...process.env, [TEST_FILES]: testsOf(file).join(",") } },
  );
  if (!existsSync(REPORT)) {
    console.error(`${file}: Stryker ended with status ${String(status)}, see its message above`);
    return "failed";
  }
  const { noticed, survivors } = readSummary(file);
  const seconds = Math.round((Date.now() - started) / 1000);
  console.log(`${file}: ${noticed} mutants noticed, ${survivors.length} survived, ${seconds} s`);
  for (const { line, mutator, replacement, covered } of survivors) {
    console.log(`  ${file}:${line}: ${mutator} → ${replacement}${covered ? "" : " (no test runs it)"}`);
  }
  return status === 0 ? "passed" : "below";
}

/**
 * The test files that a mutant of a file is shown to: those that import it, then its folder's, in both those with its name first
 * (`rules` for `config/rules`). A policy's own are exact, and its folder's slow: they are left out where it has some. Of a
 * schema's tests it is those of test/config that import it: its mutants work while files are loaded, all of them for each; of
 * config/index.ts, by which most tests import the configuration, those of test/config too.
 */
export function testsOf(file: string): string[] {
  const all = globSync("test/*/*.test.ts", {
    cwd: PROJECT_ROOT,
    exclude: ["test/{e2e,n8n,operations,story}/**", "**/*.integration.test.ts"],
  })
    .filter((test) => !NOT_FOR_MUTANTS.includes(test))
    .sort();
  const words = file.split(/[/.]/);
  const isNamesake = (test: string) => words.includes(basename(test, ".test.ts"));
  all.sort((a, b) => Number(isNamesake(b)) - Number(isNamesake(a)));
  const direct = all.filter((test) => readFileSync(join(PROJECT_ROOT, test), "utf8").includes(`"../../${file}"`));
  const subject = file.replace(/^features\//, "").split("/")[0] ?? "";
  const folder = all.filter((test) => test.startsWith(`test/${subject}/`));
  const isOfAll = /^config\/(?:schemas\/|index\.ts)/.test(file);
  const own = isOfAll ? direct.filter((test) => folder.includes(test)) : direct;
  const isAlone = (isOfAll || file.startsWith("policies/")) && own.length > 0;
  return isAlone ? own : [...new Set([...direct, ...folder])];
}
