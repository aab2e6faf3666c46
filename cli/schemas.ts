import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { jsonSchemas } from "../config/jsonSchemas.ts";

const USAGE = `usage: npm run schemas [-- --check]

Writes schemas/*.schema.json from the schemas in config/schemas/. With --check it only compares. Exit status: 0 fine,
1 a file differs, 2 wrong usage.`;

function main(args: readonly string[]): number {
  const check = args[0] === "--check";
  if (args.length > 1 || (args.length === 1 && !check)) {
    console.error(USAGE);
    return 2;
  }
  const folder = join(import.meta.dirname, "../schemas");
  let differing = 0;
  for (const [file, text] of jsonSchemas()) {
    const path = join(folder, file);
    if (textOf(path) === text) continue;
    differing += 1;
    if (check) console.error(`schemas/${file}: is not what config/schemas/ makes, expected it after: npm run schemas`);
    else {
      writeFileSync(path, text);
      console.log(`wrote schemas/${file}`);
    }
  }
  return check && differing > 0 ? 1 : 0;
}

function textOf(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}

process.exitCode = main(process.argv.slice(2));
