import { existsSync, globSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";

/** The project's root. */
export const ROOT = join(import.meta.dirname, "../..");
/** Where reports are kept, one a mutated file; git ignores it. */
export const REPORTS = join(ROOT, "reports/mutation");

const position = z.object({ line: z.int(), column: z.int() });

/** A mutant as Stryker's JSON report has it (mutation-testing-report-schema). */
const mutant = z.object({
  mutatorName: z.string(),
  replacement: z.string().optional(),
  status: z.enum(["Killed", "Survived", "NoCoverage", "Timeout", "CompileError", "RuntimeError", "Ignored", "Pending"]),
  location: z.object({ start: position, end: position }),
});

const strykerReport = z.object({
  files: z.record(z.string(), z.object({ source: z.string(), mutants: z.array(mutant) })),
});

const fileResult = z.object({
  file: z.string(),
  commit: z.string(),
  date: z.string(),
  seconds: z.number(),
  source: z.string(),
  mutants: z.array(mutant),
});

/** What mutation testing of one file found. */
export type FileResult = z.output<typeof fileResult>;

/** A mutant that no test noticed. */
export interface Survivor {
  readonly file: string;
  /** Line, from 1. */
  readonly line: number;
  /** The mutated text, white space made single. */
  readonly from: string;
  readonly to: string;
  /** Whether a test runs the code at all. */
  readonly covered: boolean;
}

/** Reads the report that Stryker just wrote, of the one file that was mutated. */
export function latest(file: string): Pick<FileResult, "source" | "mutants"> {
  const { files } = strykerReport.parse(JSON.parse(readFileSync(join(REPORTS, "latest.json"), "utf8")));
  const found = files[file];
  if (found === undefined) throw new Error(`Stryker's report has no ${file}, expected the file that was mutated`);
  return found;
}

/** Keeps a result until the file is mutated again. */
export function keep(result: FileResult): void {
  mkdirSync(REPORTS, { recursive: true });
  writeFileSync(resultPath(result.file), `${JSON.stringify(result)}\n`);
}

/** All kept results whose file still is what was mutated, sorted by file. */
export function kept(files: readonly string[]): FileResult[] {
  return files.flatMap((file) => {
    if (!existsSync(resultPath(file))) return [];
    const result = fileResult.parse(JSON.parse(readFileSync(resultPath(file), "utf8")));
    return result.source === readFileSync(join(ROOT, file), "utf8") ? [result] : [];
  });
}

function resultPath(file: string): string {
  return join(REPORTS, `${file.replaceAll("/", "_")}.json`);
}

/** The mutants of a file that no test noticed. */
export function survivors({ file, source, mutants }: FileResult): Survivor[] {
  const lines = source.split("\n");
  return mutants
    .filter(({ status }) => status === "Survived" || status === "NoCoverage")
    .map(({ status, location: { start, end }, replacement = "" }) => {
      const text = lines.slice(start.line - 1, end.line);
      const last = text.length - 1;
      text[last] = text[last]?.slice(0, end.column - 1) ?? "";
      text[0] = text[0]?.slice(start.column - 1) ?? "";
      return {
        file,
        line: start.line,
        from: single(text.join("\n")),
        to: single(replacement),
        covered: status === "Survived",
      };
    });
}

function single(text: string): string {
  return text.replace(/\s+/g, " ").trim();
}

/** The files that are mutated, sorted. */
export function mutatedFiles(): string[] {
  return globSync(["policies/**/*.ts", "config/**/*.ts"], { cwd: ROOT }).sort();
}
