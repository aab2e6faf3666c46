import { createHash } from "node:crypto";
import { existsSync, globSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { z } from "zod";

/** The project's root. */
export const ROOT = join(import.meta.dirname, "../..");
/** What Stryker writes; git ignores its folder. */
const REPORT = join(ROOT, "reports/mutation/latest.json");
/** Where the result of each mutated file is kept. */
const RESULTS = join(import.meta.dirname, "results");

const position = z.object({ line: z.int(), column: z.int() });

/** A mutant as Stryker's JSON report has it (mutation-testing-report-schema). */
const mutant = z.object({
  replacement: z.string().optional(),
  status: z.enum(["Killed", "Survived", "NoCoverage", "Timeout", "CompileError", "RuntimeError", "Ignored", "Pending"]),
  location: z.object({ start: position, end: position }),
});
type Mutant = z.output<typeof mutant>;

const strykerReport = z.object({
  files: z.record(z.string(), z.object({ source: z.string(), mutants: z.array(mutant) })),
});

const survivor = z.strictObject({
  /** Line, from 1. */
  line: z.int(),
  /** The mutated text, white space made single. */
  from: z.string(),
  to: z.string(),
  /** Whether a test runs the code at all. */
  covered: z.boolean(),
});
/** A mutant that no test noticed. */
export type Survivor = z.output<typeof survivor> & { readonly file: string };

const fileResult = z.strictObject({
  /** SHA-256 of the file that was mutated. */
  source: z.string(),
  /** Day of the run. */
  date: z.iso.date(),
  killed: z.int(),
  timedOut: z.int(),
  /** Texts for people, which are not mutated. */
  ignored: z.int(),
  survivors: z.array(survivor),
});
/** What mutation testing of one file found. */
export type FileResult = z.output<typeof fileResult> & { readonly file: string };

/** Keeps what Stryker just found in a file, in place of what it found before. */
export function keepLatest(file: string): FileResult {
  const { files } = strykerReport.parse(JSON.parse(readFileSync(REPORT, "utf8")));
  const found = Object.keys(files).length === 0 ? withoutMutants(file) : files[file];
  if (found === undefined) throw new Error(`Stryker's report has no ${file}, expected the file that was mutated`);
  const { source, mutants } = found;
  const count = (...statuses: Mutant["status"][]) => mutants.filter(({ status }) => statuses.includes(status)).length;
  const result = {
    source: digest(source),
    date: new Date().toISOString().slice(0, 10),
    killed: count("Killed", "RuntimeError", "CompileError"),
    timedOut: count("Timeout"),
    ignored: count("Ignored"),
    survivors: mutants
      .filter(({ status }) => status === "Survived" || status === "NoCoverage")
      .map((left) => asSurvivor(left, source.split("\n"))),
  };
  mkdirSync(dirname(resultPath(file)), { recursive: true });
  writeFileSync(resultPath(file), `${JSON.stringify(result, null, 2)}\n`);
  return { file, ...result };
}

/** What Stryker does not report: a file of types only. */
function withoutMutants(file: string) {
  return { source: readFileSync(join(ROOT, file), "utf8"), mutants: [] };
}

/** The kept results of some files, in their order. */
export function kept(files: readonly string[]): FileResult[] {
  return files
    .filter((file) => existsSync(resultPath(file)))
    .map((file) => ({ file, ...fileResult.parse(JSON.parse(readFileSync(resultPath(file), "utf8"))) }));
}

/** Whether a file is still what was mutated. */
export function isCurrent({ file, source }: FileResult): boolean {
  return source === digest(readFileSync(join(ROOT, file), "utf8"));
}

/** The files that are mutated, sorted. */
export function mutatedFiles(): string[] {
  return globSync(["policies/**/*.ts", "config/**/*.ts"], { cwd: ROOT }).sort();
}

/** Kept results of files that are no longer there. */
export function leftOver(): string[] {
  return globSync("**/*.json", { cwd: RESULTS })
    .filter((path) => !existsSync(join(ROOT, path.replace(/\.json$/, ".ts"))))
    .map((path) => join("test/mutation/results", path));
}

function resultPath(file: string): string {
  return join(RESULTS, file.replace(/\.ts$/, ".json"));
}

function digest(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

function asSurvivor({ status, location: { start, end }, replacement = "" }: Mutant, lines: readonly string[]) {
  const text = lines.slice(start.line - 1, end.line);
  const last = text.length - 1;
  text[last] = text[last]?.slice(0, end.column - 1) ?? "";
  text[0] = text[0]?.slice(start.column - 1) ?? "";
  return { line: start.line, from: single(text.join("\n")), to: single(replacement), covered: status === "Survived" };
}

function single(text: string): string {
  return text.replace(/\s+/g, " ").trim();
}
