import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { RandomPassword } from "@pulumi/random/randomPassword.js";
import { runProgram, SECRET, UNKNOWN } from "../../lib/mockEngine.ts";
import { only } from "../support/only.ts";

class Part extends pulumi.ComponentResource {
  constructor(name: string, inputs: pulumi.Inputs = {}, opts?: pulumi.ComponentResourceOptions) {
    super("test:index:Part", name, inputs, opts);
  }
}

class Thing extends pulumi.CustomResource {
  constructor(name: string, inputs: pulumi.Inputs = {}, opts?: pulumi.CustomResourceOptions) {
    super("test:index:Thing", name, inputs, opts);
  }
}

describe("runProgram", () => {
  it("records type, name, parent, inputs, options and dependencies, sorted", async () => {
    const { resources, value } = await runProgram(() => {
      const part = new Part("part");
      const first = new Thing("b", { size: 1 }, { parent: part, protect: true, customTimeouts: { create: "1m" } });
      new Thing("a", { from: first.id }, { retainOnDelete: true });
      return "done";
    });
    assert.equal(value, "done");
    assert.deepEqual(
      resources.map((resource) => resource.name),
      ["b", "part", "a"],
    );
    const thing = only(resources, "test:index:Thing", "b");
    assert.equal(thing.parent, "urn:pulumi:test::odoo-saas::test:index:Part::part");
    assert.deepEqual(thing.inputs, { size: 1 });
    assert.ok(thing.protect && thing.custom && !thing.retainOnDelete);
    assert.equal(thing.timeouts.create, "1m");
    const other = only(resources, "test:index:Thing", "a");
    assert.deepEqual(other.dependsOn, [thing.urn]);
    assert.deepEqual(other.inputs, { from: "b-id" });
    assert.ok(other.retainOnDelete);
  });

  it("waits for registrations that wait for others", async () => {
    const { resources } = await runProgram(() => {
      const first = new Thing("first");
      first.id.apply((id) => new Thing(`after-${id}`).id.apply((inner) => new Thing(`after-${inner}`)));
    });
    assert.equal(resources.length, 3);
  });

  it("masks secrets, at any depth", async () => {
    const { resources } = await runProgram(() => {
      const password = new RandomPassword("password", { length: 20 });
      new Thing("thing", { nested: { list: [password.result] }, plain: "x" });
    });
    const thing = only(resources, "test:index:Thing");
    assert.ok(JSON.stringify(thing.inputs).includes(SECRET));
    assert.ok(!JSON.stringify(thing.inputs).includes("password-of-password"));
    assert.deepEqual(thing.revealed["nested"], { list: ["password-of-password"] });
  });

  it("leaves what a provider computes unknown in a preview", async () => {
    const { resources } = await runProgram(
      () => {
        const password = new RandomPassword("password", { length: 20 });
        new Thing("thing", { text: pulumi.interpolate`${password.result}!` });
      },
      { preview: true },
    );
    assert.equal(only(resources, "test:index:Thing").inputs["text"], UNKNOWN);
  });

  it("names the provider that a resource, or a component, was given", async () => {
    const { resources } = await runProgram(() => {
      class Cloud extends pulumi.ProviderResource {
        constructor(name: string) {
          super("test", name, {});
        }
      }
      const cloud = new Cloud("cloud");
      new Thing("thing", {}, { parent: new Part("part", {}, { providers: [cloud] }) });
    });
    assert.equal(only(resources, "test:index:Thing").provider, "cloud");
  });

  it("gives the program its configuration", async () => {
    const { value } = await runProgram(() => new pulumi.Config("odoo-saas").require("environment"), {
      config: { "odoo-saas:environment": "prod" },
    });
    assert.equal(value, "prod");
  });

  it("fails with what the program throws, at once or later", async () => {
    await assert.rejects(
      runProgram(() => {
        throw new Error("at once");
      }),
      { message: "at once" },
    );
    const late = runProgram(() => {
      new Thing("thing").id.apply(() => {
        throw new Error("later");
      });
    });
    await assert.rejects(late, { message: "later" });
  });

  it("refuses function calls that nobody answers", async () => {
    const program = () => pulumi.runtime.invoke("test:index:look", {});
    await assert.rejects(runProgram(program), {
      message: /The program called test:index:look, expected it to call no function/,
    });
    const answered = await runProgram(program, { call: () => ({ found: 1 }) });
    assert.deepEqual(answered.value, { found: 1 });
  });
});
