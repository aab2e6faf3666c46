import { join } from "node:path";
import { jsonSchemas } from "../config/jsonSchemas.ts";
import { writeOrCheck } from "./generated.ts";

const USAGE = `usage: npm run schemas [-- --check]

Writes schemas/*.schema.json from the schemas in config/schemas/. With --check it only compares. Exit status: 0 fine,
1 a file differs, 2 wrong usage.`;

function main(args: readonly string[]): number {
  const check = args[0] === "--check";
  if (args.length > 1 || (args.length === 1 && !check)) {
    console.error(USAGE);
    return 2;
  }
  const files = new Map([...jsonSchemas()].map(([file, text]) => [`schemas/${file}`, text]));
  const root = join(import.meta.dirname, "..");
  return writeOrCheck(root, { files, from: "config/schemas/", command: "npm run schemas" }, check);
}

process.exitCode = main(process.argv.slice(2));
