import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { projectFiles, read, ROOT } from "./pages.ts";

const FOLDER = "docs/adr";
const STATUS = /^(?:proposed|accepted|superseded by \[\d{4}\]\((\d{4}-[a-z0-9-]+\.md)\))$/;

/** What is wrong with the beginning of a decision's page: its number, status and date. */
function problems(file: string, text: string): string[] {
  const [title = "", , status = "", date = "", end = ""] = text.split("\n");
  const [, number = ""] = /^0*(\d+)-/.exec(file) ?? [];
  const [, day = ""] = /^- Date: (\d{4}-\d{2}-\d{2})$/.exec(date) ?? [];
  const [isStatus, replacement] = STATUS.exec(status.replace("- Status: ", "")) ?? [];
  return [
    ...(title.startsWith(`# ${number}. `) ? [] : [`${file}: expected the heading "# ${number}. <title>"`]),
    ...(isStatus !== undefined && status.startsWith("- Status: ")
      ? []
      : [`${file}: expected "- Status: accepted", proposed, or superseded by a link, in line 3`]),
    ...(replacement === undefined || existsSync(join(ROOT, FOLDER, replacement))
      ? []
      : [`${file}: superseded by ${replacement}, which does not exist`]),
    ...(day !== "" && new Date(day).toISOString().startsWith(day) && end === ""
      ? []
      : [`${file}: expected "- Date: <year>-<month>-<day>" in line 4, and an empty line after it`]),
  ];
}

describe("architecture decisions", () => {
  const files = projectFiles(/^docs\/adr\/\d{4}-.*\.md$/).map((path) => path.slice(`${FOLDER}/`.length));

  it("each say their status and date", () => {
    assert.ok(files.length >= 12, String(files.length));
    assert.deepEqual(
      files.flatMap((file) => problems(file, read(`${FOLDER}/${file}`))),
      [],
    );
  });

  it("are all listed, by their titles", () => {
    const rows = [...read(`${FOLDER}/README.md`).matchAll(/^\| \[(\d{4})\]\((\S+)\) +\| (.*?) +\|$/gm)];
    assert.deepEqual(
      rows.map(([, number, file, title]) => [file, `# ${Number(number)}. ${title}`]),
      files.sort().map((file) => [file, read(`${FOLDER}/${file}`).split("\n", 1)[0]]),
    );
  });

  it("are judged by their first lines", () => {
    const right = "# 3. Title\n\n- Status: accepted\n- Date: 2026-11-22\n\n## Situation\n";
    const judge = (text: string) => problems("0003-title.md", text).join();
    assert.equal(judge(right), "");
    const link = (file: string) => right.replace("accepted", `superseded by [0001](${file})`);
    assert.equal(judge(link(files.sort()[0] ?? "")), "");
    assert.match(judge(link("0001-nothing.md")), /which does not exist/);
    assert.match(judge(right.replace("# 3.", "# 4.")), /expected the heading "# 3\./);
    assert.match(judge(right.replace("accepted", "decided")), /expected "- Status: accepted"/);
    assert.match(judge(right.replace("- Status: ", "")), /expected "- Status: accepted"/);
    assert.match(judge(right.replace("11-22", "11")), /expected "- Date:/);
  });
});
