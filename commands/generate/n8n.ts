import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseCommand, PROJECT, runCommand, UsageError } from "../command.ts";
import { writeOrCheck } from "../../lib/generatedFiles.ts";
import { DEFAULTS, settingsSchema } from "../../features/n8n/settings.ts";
import type { Settings } from "../../features/n8n/settings.ts";
import { workflowFiles } from "../../features/n8n/workflows.ts";

const USAGE = `usage: npm run n8n [-- --check | --settings FILE --out FOLDER]

Writes workflows/n8n/*.json from features/n8n/. With --check it only compares. Exit status: 0 fine, 1 a file differs, 2 wrong usage.

  --settings FILE  JSON with some of the settings of docs/n8n.md, for an installation of your own
  --out FOLDER     where its workflows are written, for n8n import:workflow`;

function settingsOf(file: string): Settings {
  let given: unknown;
  try {
    given = JSON.parse(readFileSync(file, "utf8"));
  } catch (error) {
    throw new UsageError(`${file} cannot be read as JSON: ${error instanceof Error ? error.message : ""}`);
  }
  const result = settingsSchema.partial().safeParse(given);
  if (result.success) return settingsSchema.parse({ ...DEFAULTS, ...result.data });
  const problems = result.error.issues.map(({ path, message }) => `  ${path.join(".")}: ${message}`);
  throw new UsageError([`${file} is not right:`, ...problems].join("\n"));
}

await runCommand(USAGE, (args) => {
  const { values } = parseCommand(args, {
    check: { type: "boolean", default: false },
    settings: { type: "string" },
    out: { type: "string" },
  });
  if ((values.settings === undefined) !== (values.out === undefined)) {
    throw new UsageError("--settings and --out belong together");
  }
  const workflows = workflowFiles(values.settings === undefined ? DEFAULTS : settingsOf(values.settings));
  const [root, folder] = values.out === undefined ? [PROJECT, "workflows/n8n"] : [values.out, ""];
  mkdirSync(join(root, folder), { recursive: true });
  const files = new Map([...workflows].map(([name, text]) => [join(folder, name), text]));
  return writeOrCheck(root, { files, from: "features/n8n/", command: "npm run n8n" }, values.check);
});
