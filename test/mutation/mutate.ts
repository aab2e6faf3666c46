import { spawnSync } from "node:child_process";
import { globSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { UserError } from "../../lib/userError.ts";
import { TEST_FILES } from "./mochaRunner.ts";
import { isCurrent, keepLatest, kept, mutatedFiles, ROOT } from "./results.ts";

/** Tests that start processes or threads of their own, in which no mutant is active, or that judge the whole program anew for each. */
const NOT_FOR_MUTANTS = [
  "test/backups/refusals.test.ts",
  "test/commands/validate.test.ts",
  "test/lifecycle/commands.test.ts",
  "test/config/mutations.test.ts",
  "test/delivery/smoke.test.ts",
  "test/policies/pack.test.ts",
  "test/policies/performance.test.ts",
  "test/workflows/workflows.test.ts",
];

/** A name that is not of mutated files. */
export class NotMutated extends UserError {
  override readonly name = "NotMutated";
}

/**
 * Mutates files and runs their tests on each mutant, and prints the survivors.
 *
 * @param names files, folders, or `changed` for those that were never run or have changed since
 * @returns whether Stryker ran on each
 * @throws NotMutated for the first name that has no mutated files
 */
export function mutateFiles(names: readonly string[]): boolean {
  return named(names).map(mutate).every(Boolean);
}

function named(names: readonly string[]): string[] {
  const files = mutatedFiles();
  const changed = () => {
    const current = kept(files).filter(isCurrent);
    return files.filter((file) => !current.some((result) => result.file === file));
  };
  const found = names.flatMap((name) => {
    if (name === "changed") return changed();
    const of = files.filter((file) => name === file || file.startsWith(`${name}/`));
    if (of.length === 0) throw new NotMutated(`${name} is not mutated, expected policies, config or files of theirs`);
    return of;
  });
  return [...new Set(found)];
}

/** Mutates one file. Returns whether Stryker did what it was asked to. */
function mutate(file: string): boolean {
  const started = Date.now();
  const { status } = spawnSync(
    join(ROOT, "node_modules/.bin/stryker"),
    ["run", "stryker.config.mjs", "--mutate", file],
    { cwd: ROOT, stdio: "inherit", env: { ...process.env, [TEST_FILES]: testsOf(file).join(",") } },
  );
  if (status !== 0) {
    console.error(`${file}: Stryker ended with status ${String(status)}, see its message above`);
    return false;
  }
  const { killed, timedOut, survivors } = keepLatest(file);
  const seconds = Math.round((Date.now() - started) / 1000);
  console.log(`${file}: ${killed + timedOut} mutants noticed, ${survivors.length} survived, ${seconds} s`);
  for (const { line, from, to, covered } of survivors) {
    console.log(`  ${file}:${line}: ${from} → ${to === "" ? "nothing" : to}${covered ? "" : " (no test runs it)"}`);
  }
  return true;
}

/**
 * The test files that a mutant of a file is shown to: those that import it, then its folder's, in both those with its name first
 * (`rules` for `config/rules`). A policy's own are exact, and its folder's slow: they are left out where it has some. Of a
 * schema's tests it is those of test/config that import it: its mutants work while files are loaded, all of them for each; of
 * config/index.ts, by which most tests import the configuration, those of test/config too.
 */
function testsOf(file: string): string[] {
  const all = globSync("test/*/*.test.ts", {
    cwd: ROOT,
    exclude: ["test/{e2e,n8n,operations,story}/**", "**/*.integration.test.ts"],
  })
    .filter((test) => !NOT_FOR_MUTANTS.includes(test))
    .sort();
  const words = file.split(/[/.]/);
  const isNamesake = (test: string) => words.includes(basename(test, ".test.ts"));
  all.sort((a, b) => Number(isNamesake(b)) - Number(isNamesake(a)));
  const direct = all.filter((test) => readFileSync(join(ROOT, test), "utf8").includes(`"../../${file}"`));
  const folder = all.filter((test) => test.startsWith(`test/${file.split("/")[0] ?? ""}/`));
  const isOfAll = /^config\/(?:schemas\/|index\.ts)/.test(file);
  const own = isOfAll ? direct.filter((test) => folder.includes(test)) : direct;
  const isAlone = (isOfAll || file.startsWith("policies/")) && own.length > 0;
  return isAlone ? own : [...new Set([...direct, ...folder])];
}
