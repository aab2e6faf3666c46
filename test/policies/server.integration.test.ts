import assert from "node:assert/strict";
import { rmSync } from "node:fs";
import type { Resource } from "../../features/look/judge.ts";
import { GOLDEN_STACKS } from "../support/stackGraph.ts";
import { BREAKS } from "./golden/all.ts";
import { mutants } from "./golden/breaks.ts";
import { withSamples } from "./golden/samples.ts";
import { engineGraph } from "./support/engineGraph.ts";
import { copyHostFiles } from "./support/hostCheckout.ts";
import { type PackProcess, startPack, startPackByRunner } from "./support/packProcess.ts";
import { copyPack, releasedCheckout } from "./support/releasedCheckout.ts";

describe("the pack's own server and Pulumi's runner", function () {
  this.timeout(300_000);
  const graphs = new Map<string, readonly Resource[]>();
  let root: string;
  let packs: readonly [PackProcess, PackProcess];

  before(async () => {
    for (const stack of GOLDEN_STACKS) graphs.set(stack, withSamples(await engineGraph(stack)));
    root = copyHostFiles(releasedCheckout(graphs.get("prod") ?? []));
    const folder = copyPack(root);
    packs = await Promise.all([startPack(folder), startPackByRunner(folder)]);
  });
  after(async () => {
    await Promise.all(packs.map((pack) => pack.stop()));
    rmSync(root, { recursive: true });
  });

  /** Asks both, and returns the answer that both gave. */
  const both = async (ask: (pack: PackProcess) => Promise<string>): Promise<string> => {
    const [own, runner] = await Promise.all(packs.map(ask));
    assert.equal(own, runner);
    return own ?? "";
  };

  it("tell the engine the same of the pack", async () => {
    await both(async (pack) => JSON.stringify((await pack.info()).toObject()));
  });

  for (const stack of GOLDEN_STACKS) {
    it(`say the same of ${stack}`, async () => {
      const resources = graphs.get(stack) ?? [];
      for (const resource of resources) await both((pack) => pack.answer(resource));
      await both((pack) => pack.answerOfAll(resources));
    });
  }

  for (const [name, breaks] of Object.entries(BREAKS)) {
    it(`say the same of what breaks ${name}`, async () => {
      let refused = false;
      for (const stack of GOLDEN_STACKS) {
        const resources = graphs.get(stack) ?? [];
        const graph = new Set(resources);
        const possible = breaks.filter((one) => one.stack === undefined || one.stack === stack);
        // Most ways to break it can be made on several resources, some on none.
        const mutant = possible.map((one) => mutants(one, resources, stack)[0]).find((one) => one !== undefined);
        if (mutant === undefined) continue;
        const changed = mutant.resources.filter((resource) => !graph.has(resource));
        const answers = [];
        for (const resource of changed) answers.push(await both((pack) => pack.answer(resource)));
        answers.push(await both((pack) => pack.answerOfAll(mutant.resources)));
        refused ||= answers.join("").includes(`#${name}"`);
        // What both remember of the broken resources is what they are again.
        for (const { urn } of changed) {
          const resource = resources.find((one) => one.urn === urn);
          if (resource !== undefined) await both((pack) => pack.answer(resource));
        }
      }
      assert.ok(refused, `nothing is said of ${name}`);
    });
  }
});
