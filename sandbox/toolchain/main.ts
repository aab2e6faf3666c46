import { dirname } from "node:path";
import { asksForHelp } from "../../commands/command.ts";
import { ensureToolchain, ensureTools } from "./ensure.ts";
import type { Group } from "./parts.ts";
import { ensurePsycopg2 } from "./psycopg2.ts";

const GROUPS: readonly Group[] = ["core", "backup", "image", "test", "n8n", "bench"];

const USAGE = `usage: npm run toolchain [-- [--paths] GROUP …]

Makes groups of programs ready, ${GROUPS.join(", ")}, and says where they are. Default: core.

  --paths  only what the groups add to it, and prints their folders, for $GITHUB_PATH`;

function isGroup(word: string): word is Group {
  return GROUPS.some((group) => group === word);
}

async function main([first, ...others]: readonly string[]): Promise<number> {
  if (asksForHelp([first ?? "", ...others])) {
    console.log(USAGE);
    return 0;
  }
  const words = first === undefined || first === "--paths" ? others : [first, ...others];
  const wrong = words.filter((word) => !isGroup(word));
  if (wrong.length > 0) {
    console.error(`unknown group ${wrong.join(", ")}, expected some of ${GROUPS.join(", ")}\n\n${USAGE}`);
    return 2;
  }
  const groups = words.filter(isGroup);
  if (first === "--paths") {
    const tools = await ensureTools(groups.filter((group) => group !== "core"));
    for (const folder of new Set(Object.values(tools).map(dirname))) console.log(folder);
    return 0;
  }
  const start = Date.now();
  const { bin, ...places } = await ensureToolchain(groups);
  // Not among the parts: which wheel it is depends on the Python on PATH, and only the watchdog needs it.
  const psycopg2 = await ensurePsycopg2();
  for (const [name, path] of Object.entries({ ...places, psycopg2, ...bin })) console.log(`${name.padEnd(32)} ${path}`);
  console.error(`ready in ${((Date.now() - start) / 1000).toFixed(1)} s`);
  return 0;
}

// A signal ends this process through exit handlers, which end the builds that it started.
process.on("SIGINT", () => process.exit(130));
process.on("SIGTERM", () => process.exit(143));
try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
}
