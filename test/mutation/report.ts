import { readFileSync, writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { join } from "node:path";
import { format, resolveConfig } from "prettier";
import { parse } from "yaml";
import { z } from "zod";
import { type FileResult, kept, ROOT, type Survivor, survivors } from "./results.ts";

const PAGE = join(ROOT, "docs/mutation-testing.md");
const MARK = "<!-- Written by `npm run mutation -- --report`: what is below is not edited by hand. -->";

/** Why a survivor may survive: in one file, a mutated text or any, and one replacement of it or all. */
const reasons = z.array(
  z.strictObject({
    file: z.string(),
    from: z.string().optional(),
    to: z.string().optional(),
    reason: z.string().min(20),
  }),
);
type Reason = z.output<typeof reasons>[number];

/** Writes the page from what is kept. Returns whether every survivor has a reason, and every reason a survivor. */
export async function writeReport(files: readonly string[]): Promise<boolean> {
  const results = kept(files);
  const known = reasons.parse(parse(readFileSync(join(ROOT, "test/mutation/survivors.yaml"), "utf8")));
  const left = results.flatMap(survivors);
  const explained = left.map((survivor) => ({ survivor, reason: known.find((reason) => isFor(reason, survivor)) }));
  const stale = known.filter(
    (reason) => results.some(({ file }) => file === reason.file) && !left.some((survivor) => isFor(reason, survivor)),
  );
  const introduction = readFileSync(PAGE, "utf8").split(MARK)[0] ?? "";
  const page = `${introduction}${MARK}\n\n${figures(files, results)}\n${table(explained)}`;
  writeFileSync(PAGE, await format(page, { ...(await resolveConfig(PAGE)), parser: "markdown" }));

  const unexplained = explained.filter(({ reason }) => reason === undefined);
  for (const { survivor } of unexplained) {
    console.error(
      `${survivor.file}:${survivor.line}: ${survivor.from} → ${survivor.to} survives, expected a test or a reason in test/mutation/survivors.yaml`,
    );
  }
  for (const { file, from } of stale) {
    console.error(
      `test/mutation/survivors.yaml: no mutant of ${from ?? "anything"} in ${file} survives, expected no reason for it`,
    );
  }
  return unexplained.length === 0 && stale.length === 0;
}

function isFor(reason: Reason, { file, from, to }: Survivor): boolean {
  const isAsWritten = (written: string | undefined, seen: string) => written === undefined || written === seen;
  return reason.file === file && isAsWritten(reason.from, from) && isAsWritten(reason.to, to);
}

function figures(files: readonly string[], results: readonly FileResult[]): string {
  const rows = ["policies", "config"].map((folder) => row(`**${folder}/**`, inFolder(results, folder)));
  const each = results.map((result) => row(`\`${result.file}\``, [result]));
  const missing = files.filter((file) => !results.some((result) => result.file === file));
  const dates = results.map(({ date }) => date).sort();
  return `## Figures

Run from ${day(dates[0])} to ${day(dates.at(-1))}, of each file as it is now, Node ${process.versions.node}, on ${cpus().length} cores of ${cpus()[0]?.model.trim() ?? "?"}.
${missing.length === 0 ? "Every file was run." : `Not run, or changed since: ${missing.map((file) => `\`${file}\``).join(", ")}.`}

| mutated | mutants | killed | timed out | survived | run by no test | texts left alone |
| --- | ---: | ---: | ---: | ---: | ---: | ---: |
${[...rows, ...each].join("\n")}
`;
}

function inFolder(results: readonly FileResult[], folder: string): FileResult[] {
  return results.filter(({ file }) => file.startsWith(`${folder}/`));
}

function row(title: string, results: readonly FileResult[]): string {
  const count = (...statuses: string[]) =>
    results.flatMap(({ mutants }) => mutants).filter(({ status }) => statuses.includes(status)).length;
  const all = results.flatMap(({ mutants }) => mutants).length - count("Ignored");
  const killed = count("Killed", "RuntimeError", "CompileError");
  return `| ${[title, all, killed, count("Timeout"), count("Survived"), count("NoCoverage"), count("Ignored")].join(" | ")} |`;
}

function table(explained: readonly { survivor: Survivor; reason: Reason | undefined }[]): string {
  const lines = explained.map(({ survivor: { file, line, from, to }, reason }) =>
    `| \`${file}:${line}\` | ${code(from)} | ${code(to)} | ${reason?.reason ?? "**none yet**"} |`.replaceAll("\n", " "),
  );
  return `## Survivors\n\n| where | what | became | why it may |\n| --- | --- | --- | --- |\n${lines.join("\n")}\n`;
}

function code(text: string): string {
  const short = text.length > 60 ? `${text.slice(0, 57)}...` : text;
  return short === "" ? "nothing" : `\`\` ${short.replaceAll("|", "\\|")} \`\``;
}

function day(date: string | undefined): string {
  return date?.slice(0, 10) ?? "never";
}
