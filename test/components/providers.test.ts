import assert from "node:assert/strict";
import { makeProviders } from "../../components/providers.ts";
import { runProgram } from "../../lib/mockEngine.ts";
import { only } from "../support/only.ts";
import { exampleStack } from "../support/specs.ts";

describe("makeProviders", () => {
  it("changes Secrets and ConfigMaps where they are, so that pods find them at any time", async () => {
    const { resources } = await runProgram(() => {
      makeProviders(exampleStack());
    });
    const { inputs } = only(resources, "pulumi:providers:kubernetes");
    // A provider's inputs are JSON in text.
    assert.deepEqual([inputs["enableSecretMutable"], inputs["enableConfigMapMutable"]], ["true", "true"]);
  });
});
