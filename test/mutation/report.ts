import { readFileSync } from "node:fs";
import { join } from "node:path";
import { format, resolveConfig } from "prettier";
import { parse } from "yaml";
import { z } from "zod";
import { writeOrCheck } from "../../lib/generatedFiles.ts";
import { type FileResult, isCurrent, kept, leftOver, mutatedFiles, ROOT, type Survivor } from "./results.ts";

const PAGE = "docs/mutation-testing.md";
const REASONS = "test/mutation/survivors.yaml";
const MARK = "<!-- Written by `npx odoo-saas test mutation --report`: what is below is not edited by hand. -->";

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

/**
 * Writes the page from what is kept, or compares it only, and prints the figures.
 *
 * @returns whether the page is as it should be, every survivor has a reason, and every reason a survivor
 */
export async function report(check: boolean): Promise<boolean> {
  const files = mutatedFiles();
  const results = kept(files);
  const known = reasons.parse(parse(readFileSync(join(ROOT, REASONS), "utf8")));
  const left = results.flatMap(({ file, survivors }) => survivors.map((survivor) => ({ file, ...survivor })));
  const explained = left.map((survivor) => ({ survivor, reason: known.find((reason) => isFor(reason, survivor)) }));

  const introduction = readFileSync(join(ROOT, PAGE), "utf8").split(MARK)[0] ?? "";
  const page = `${introduction}${MARK}\n\n${figures(files, results)}\n${table(explained)}`;
  const text = await format(page, { ...(await resolveConfig(join(ROOT, PAGE))), parser: "markdown" });
  const command = "npx odoo-saas test mutation --report";
  const written = writeOrCheck(ROOT, { files: new Map([[PAGE, text]]), from: "test/mutation/results", command }, check);

  const faults = [
    ...explained.filter(({ reason }) => reason === undefined).map(({ survivor }) => unexplained(survivor)),
    ...known.filter((reason) => !left.some((survivor) => isFor(reason, survivor))).map(needless),
    ...leftOver().map((path) => `${path}: is the result of a file that is gone, expected it deleted`),
  ];
  for (const fault of faults) console.error(fault);
  const changed = results.filter((result) => !isCurrent(result)).length;
  console.log(
    `mutants: ${sum(results, noticed)} of ${sum(results, all)} noticed, ${left.length} survive; ${results.length} of ${files.length} files run, ${changed} of them changed since`,
  );
  return written && faults.length === 0;
}

function isFor(reason: Reason, { file, from, to }: Survivor): boolean {
  const isAsWritten = (written: string | undefined, seen: string) => written === undefined || written === seen;
  return reason.file === file && isAsWritten(reason.from, from) && isAsWritten(reason.to, to);
}

function unexplained({ file, line, from, to }: Survivor): string {
  return `${file}:${line}: ${from} → ${to} survives, expected a test or a reason in ${REASONS}`;
}

function needless({ file, from = "anything" }: Reason): string {
  return `${REASONS}: no mutant of ${from} in ${file} survives, expected no reason for it`;
}

const noticed = ({ killed, timedOut }: FileResult) => killed + timedOut;
const all = (result: FileResult) => noticed(result) + result.survivors.length;
const sum = (results: readonly FileResult[], count: (result: FileResult) => number) =>
  results.map(count).reduce((total, one) => total + one, 0);

function figures(files: readonly string[], results: readonly FileResult[]): string {
  const folders = ["policies", "config"].map((folder) =>
    row(
      `**${folder}/**`,
      results.filter(({ file }) => file.startsWith(`${folder}/`)),
    ),
  );
  const each = results.map((result) => row(`\`${result.file}\``, [result]));
  const missing = files.filter((file) => !results.some((result) => result.file === file));
  const dates = results.map(({ date }) => date).sort();
  return `## Figures

Run from ${dates[0] ?? "never"} to ${dates.at(-1) ?? "never"}. ${missing.length === 0 ? "Every file was run." : `Not run: ${missing.map((file) => `\`${file}\``).join(", ")}.`}

| mutated | mutants | killed | timed out | survived | run by no test | texts left alone |
| --- | ---: | ---: | ---: | ---: | ---: | ---: |
${[...folders, ...each].join("\n")}
`;
}

function row(title: string, results: readonly FileResult[]): string {
  const cells = [
    title,
    sum(results, all),
    sum(results, ({ killed }) => killed),
    sum(results, ({ timedOut }) => timedOut),
    sum(results, ({ survivors }) => survivors.filter(({ covered }) => covered).length),
    sum(results, ({ survivors }) => survivors.filter(({ covered }) => !covered).length),
    sum(results, ({ ignored }) => ignored),
  ];
  return `| ${cells.join(" | ")} |`;
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
