import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseCommand, runCommand, UsageError } from "./command.ts";
import { textOf } from "./files.ts";
import { DEFAULTS, settingsSchema } from "./n8n/settings.ts";
import type { Settings } from "./n8n/settings.ts";
import { workflowFiles } from "./n8n/workflows.ts";

const FOLDER = join(import.meta.dirname, "../workflows/n8n");

const USAGE = `usage: npm run n8n [-- --check | --settings FILE --out FOLDER]

Writes workflows/n8n/*.json from cli/n8n/. With --check it only compares. Exit status: 0 fine, 1 a file differs, 2 wrong usage.

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
  const folder = values.out ?? FOLDER;
  const files = workflowFiles(values.settings === undefined ? DEFAULTS : settingsOf(values.settings));
  let differing = 0;
  mkdirSync(folder, { recursive: true });
  for (const [name, text] of files) {
    const path = join(folder, name);
    if (textOf(path) === text) continue;
    differing += 1;
    if (values.check) {
      console.error(`workflows/n8n/${name}: is not what cli/n8n/ makes, expected it after: npm run n8n`);
    } else {
      writeFileSync(path, text);
      console.log(`wrote ${path}`);
    }
  }
  return Promise.resolve(!values.check || differing === 0);
});
