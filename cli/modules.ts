import { join } from "node:path";
import { parseArgs } from "node:util";
import { formatDiagnostics, loadCatalogue } from "../config/index.ts";
import { GitError } from "./git.ts";
import { catalogueAt } from "./modules/base.ts";
import { moduleChanges } from "./modules/changes.ts";
import { changesMarkdown, changesText } from "./modules/changesText.ts";

const USAGE = `usage: npm run modules -- diff REF [--json | --markdown] [--root DIR]

Tells what changes since REF for the modules of the image, and of which tenants: new and gone modules, other versions,
coverage gained and lost. Exit status: 0 fine, 1 the files or the commit cannot be used, 2 wrong usage.

  REF          branch, tag or commit that the change starts from, such as origin/main
  --json       the answer as JSON on standard output
  --markdown   the answer as Markdown on standard output, for a comment on a pull request
  --root DIR   the folder that holds tenants/ and the others; default: this project`;

/**
 * The command.
 *
 * @returns the exit status
 */
export function main(args: string[]): number {
  let parsed;
  try {
    parsed = parseArgs({
      args,
      allowPositionals: true,
      options: {
        json: { type: "boolean" },
        markdown: { type: "boolean" },
        root: { type: "string" },
        help: { type: "boolean", short: "h" },
      },
    });
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : String(error)}\n\n${USAGE}`);
    return 2;
  }
  const { values: options, positionals } = parsed;
  if (options.help === true) {
    console.log(USAGE);
    return 0;
  }
  const [command, ref, ...more] = positionals;
  if (
    command !== "diff" ||
    ref === undefined ||
    more.length > 0 ||
    (options.json === true && options.markdown === true)
  ) {
    console.error(USAGE);
    return 2;
  }
  const root = options.root ?? join(import.meta.dirname, "..");
  const after = loadCatalogue(root);
  if (!after.ok) {
    console.error(formatDiagnostics(after.diagnostics));
    return 1;
  }
  let before;
  try {
    before = catalogueAt(root, ref);
  } catch (error) {
    if (!(error instanceof GitError)) throw error;
    console.error(error.message.replace("--base is", "the base is"));
    return 1;
  }
  if ("diagnostics" in before) {
    console.error(
      `The files of ${ref} cannot be compared, since this version refuses them:\n${formatDiagnostics(before.diagnostics)}`,
    );
    return 1;
  }
  const changes = moduleChanges(before.catalogue, after.catalogue);
  if (options.json === true) console.log(JSON.stringify({ base: ref, ...changes }, null, 2));
  else console.log(options.markdown === true ? changesMarkdown(changes, ref) : changesText(changes, ref));
  return 0;
}

if (import.meta.main) process.exitCode = main(process.argv.slice(2));
