import { jsonSchemas } from "../../config/jsonSchemas.ts";
import { parseCommand, PROJECT, runCommand } from "../command.ts";
import { writeOrCheck } from "../../lib/generatedFiles.ts";

const USAGE = `usage: npm run schemas [-- --check]

Writes schemas/*.schema.json from the schemas in config/schemas/. With --check it only compares. Exit status: 0 fine,
1 a file differs, 2 wrong usage.`;

function main(args: readonly string[]): boolean {
  const { values } = parseCommand(args, { check: { type: "boolean", default: false } });
  const files = new Map([...jsonSchemas()].map(([file, text]) => [`schemas/${file}`, text]));
  return writeOrCheck(PROJECT, { files, from: "config/schemas/", command: "npm run schemas" }, values.check);
}

await runCommand(USAGE, main);
