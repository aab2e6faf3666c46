import { writeFileSync } from "node:fs";
import { GOLDEN_STACKS, goldenPath, renderGraph, stackGraph } from "../support/stackGraph.ts";

/** Writes the golden graphs in test/graph/ again. */
export async function writeGraphs(log: (line: string) => void): Promise<void> {
  for (const stack of GOLDEN_STACKS) {
    const resources = await stackGraph(stack);
    writeFileSync(goldenPath(stack), renderGraph(resources));
    log(`test/graph/${stack}.json: ${resources.length} resources`);
  }
}
