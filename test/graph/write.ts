import { writeFileSync } from "node:fs";
import { parseCommand, runCommand } from "../../commands/command.ts";
import { GOLDEN_STACKS, goldenPath, renderGraph, stackGraph } from "../support/stackGraph.ts";

const USAGE = `usage: npm run golden

Renews the golden graphs in test/graph/. Read the difference before you commit it. Exit status: 0 fine, 2 wrong usage.`;

await runCommand(USAGE, async (args) => {
  parseCommand(args, {});
  for (const stack of GOLDEN_STACKS) {
    const resources = await stackGraph(stack);
    writeFileSync(goldenPath(stack), renderGraph(resources));
    console.log(`test/graph/${stack}.json: ${resources.length} resources`);
  }
  return true;
});
