import { execFileSync, spawnSync } from "node:child_process";
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { TEST_FILES } from "./mochaRunner.ts";
import { writeReport } from "./report.ts";
import { keep, latest, mutatedFiles, ROOT, survivors } from "./results.ts";

/**
 * Mutates files of policies/ and config/ and runs their tests on each mutant.
 *
 *   npm run mutation -- [policies | config | <file> …]   mutates; the results are kept in reports/mutation
 *   npm run mutation -- --report                         writes docs/mutation-testing.md from what is kept
 *
 * Exit statuses: 0 every survivor has a reason in test/mutation/survivors.yaml, 1 some have none, 2 wrong call.
 */

/** Tests that start processes or threads of their own, in which no mutant is active, or that judge the whole program anew for each. */
const NOT_FOR_MUTANTS = [
  "test/config/cli.test.ts",
  "test/config/lifecycleCli.test.ts",
  "test/config/mutations.test.ts",
  "test/policies/goldenMutations.test.ts",
  "test/policies/pack.test.ts",
  "test/policies/performance.test.ts",
  "test/policies/program.test.ts",
];

const args = process.argv.slice(2);
if (args.includes("--report")) {
  process.exit((await writeReport(mutatedFiles())) ? 0 : 1);
}
const files = new Set(
  args.flatMap((arg) => mutatedFiles().filter((file) => arg === file || file.startsWith(`${arg}/`))),
);
const unknown = args.filter((arg) => ![...files].some((file) => arg === file || file.startsWith(`${arg}/`)));
if (args.length === 0 || unknown.length > 0) {
  console.error(`${unknown.join(", ") || "Nothing"} is not mutated, expected policies, config or files of theirs`);
  process.exit(2);
}
process.exit([...files].map(mutate).every(Boolean) ? 0 : 1);

/** Mutates one file. Returns whether Stryker did what it was asked to. */
function mutate(file: string): boolean {
  const tests = testsOf(file);
  const started = Date.now();
  const { status } = spawnSync(
    join(ROOT, "node_modules/.bin/stryker"),
    ["run", "stryker.config.mjs", "--mutate", file],
    { cwd: ROOT, stdio: "inherit", env: { ...process.env, [TEST_FILES]: tests.join(",") } },
  );
  if (status !== 0) {
    console.error(`${file}: Stryker ended with status ${String(status)}, see its message above`);
    return false;
  }
  const result = {
    file,
    ...latest(file),
    seconds: Math.round((Date.now() - started) / 1000),
    date: new Date().toISOString(),
    commit: execFileSync("git", ["rev-parse", "--short", "HEAD"], { cwd: ROOT, encoding: "utf8" }).trim(),
  };
  keep(result);
  const left = survivors(result);
  console.log(`${file}: ${result.mutants.length} mutants, ${left.length} survived, ${result.seconds} s`);
  for (const { line, from, to, covered } of left) {
    console.log(`  ${file}:${line}: ${from} → ${to === "" ? "nothing" : to}${covered ? "" : " (no test runs it)"}`);
  }
  return true;
}

/** The test files that a mutant of a file is shown to: those that import it, or all of its folder's where none does. */
function testsOf(file: string): string[] {
  const folder = file.startsWith("policies/") ? "policies" : "config";
  const all = globSync(`test/${folder}/*.test.ts`, { cwd: ROOT }).filter((test) => !NOT_FOR_MUTANTS.includes(test));
  const direct = all.filter((test) => readFileSync(join(ROOT, test), "utf8").includes(`"../../${file}"`));
  return direct.length > 0 ? direct : all;
}
