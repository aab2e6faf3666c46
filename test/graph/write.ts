// npm run golden: renews the golden graphs. Read the difference before you commit it.
import { writeFileSync } from "node:fs";
import { GOLDEN_STACKS, goldenPath, renderGraph, stackGraph } from "../support/stackGraph.ts";

for (const stack of GOLDEN_STACKS) {
  const resources = await stackGraph(stack);
  writeFileSync(goldenPath(stack), renderGraph(resources));
  console.log(`test/graph/${stack}.json: ${resources.length} resources`);
}
