import { UserError } from "../../lib/userError.ts";
import { formatDiagnostics, loadCatalogue } from "../../config/index.ts";
import type { Catalogue } from "../../config/index.ts";
import { parseCommand, PROJECT, runCommand, UsageError } from "../command.ts";
import { GitError } from "../../lib/git.ts";
import { catalogueAt } from "../../features/modules/changes/base.ts";
import { moduleChanges } from "../../features/modules/changes/changes.ts";
import { changesMarkdown, changesText } from "../../features/modules/changes/changesText.ts";

const USAGE = `usage: npm run modules -- diff REF [--json | --markdown] [--root DIR]

Tells what changes since REF for the modules of the image, and of which tenants: new and gone modules, other versions,
coverage gained and lost. Exit status: 0 fine, 1 the files or the commit cannot be used, 2 wrong usage.

  REF          branch, tag or commit that the change starts from, such as origin/main
  --json       the answer as JSON on standard output
  --markdown   the answer as Markdown on standard output, for a comment on a pull request
  --root DIR   the folder that holds tenants/ and the others; default: this project`;

function main(args: readonly string[]): boolean {
  const { values, positionals } = parseCommand(
    args,
    { json: { type: "boolean" }, markdown: { type: "boolean" }, root: { type: "string", default: PROJECT } },
    2,
  );
  const [command, ref] = positionals;
  if (command !== "diff" || ref === undefined) throw new UsageError("expected diff and what to compare with");
  if (values.json === true && values.markdown === true) throw new UsageError("--json or --markdown, not both");
  const after = loadCatalogue(values.root);
  if (!after.ok) throw new UserError(formatDiagnostics(after.diagnostics));
  const before = baseOf(values.root, ref);
  const changes = moduleChanges(before, after.catalogue);
  if (values.json === true) console.log(JSON.stringify({ base: ref, ...changes }, null, 2));
  else console.log(values.markdown === true ? changesMarkdown(changes, ref) : changesText(changes, ref));
  return true;
}

function baseOf(root: string, ref: string): Catalogue {
  try {
    return catalogueAt(root, ref);
  } catch (error) {
    if (!(error instanceof GitError)) throw error;
    throw new GitError(error.message.replace("--base is", "the base is"));
  }
}

await runCommand(USAGE, main);
