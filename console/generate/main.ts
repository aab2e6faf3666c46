// Writes the console's generated files; with --check, compares them: openapi.json for programs, docs/console-access.md for people.
// `npm run generate:console` runs it: it needs the console's packages, which `npm run generate` must not.
import { parseArgs } from "node:util";
import { format, resolveConfig } from "prettier";
import { writeOrCheck } from "../../lib/generatedFiles.ts";
import { PROJECT_ROOT } from "../../lib/projectRoot.ts";
import { accessPage } from "./accessPage.ts";
import { openApi } from "./openApi.ts";

const COMMAND = "npm run generate:console";

const { values } = parseArgs({ options: { check: { type: "boolean", default: false } } });

/** Each file with what it is made of. */
const FILES = [
  { file: "console/openapi.json", from: "console/server/routes/", text: JSON.stringify(openApi()) },
  { file: "docs/console-access.md", from: "console/api/access.ts", text: accessPage() },
];

for (const { file, from, text } of FILES) {
  const formatted = await format(text, { ...(await resolveConfig(`${PROJECT_ROOT}/${file}`)), filepath: file });
  const isRight = writeOrCheck(
    PROJECT_ROOT,
    { files: new Map([[file, formatted]]), from, command: COMMAND },
    values.check,
  );
  if (!isRight) process.exitCode = 1;
}
