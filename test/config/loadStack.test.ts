import assert from "node:assert/strict";
import { ConfigError, loadStack, promotableHash } from "../../config/index.ts";
import { projectFilesWith, VALID_PROJECT, withProject } from "../support/projectFolder.ts";
import { configSource, validStack } from "../support/stackValues.ts";

const tenant = (team: string, environments: string) =>
  (VALID_PROJECT["tenants/acme.yaml"] ?? "").replace("team: ops", `team: ${team}`).replace("staging: {}", environments);
const FILES = {
  "tenants/acme.yaml": tenant("sales", "prod: {}"),
  "tenants/globex.yaml": tenant("books", "staging: {}"),
  "tenants/initech.yaml": tenant("sales", "prod: {}"),
};

function load(changes: Readonly<Record<string, string>> = {}, stack: Readonly<Record<string, unknown>> = {}) {
  const files = { ...FILES, ...changes };
  return withProject(files, (root) => loadStack(root, configSource({ ...validStack(), ...stack })));
}

describe("loadStack", () => {
  it("gives the stack, its tenants and its release", () => {
    const { stack, tenants, release } = load();
    assert.equal(stack.baseDomain, "odoo.example");
    assert.deepEqual(
      tenants.map(({ id, environment }) => `${id} ${environment}`),
      ["acme prod", "initech prod"],
    );
    assert.equal(release.name, "18.0-2026.11");
  });

  it("gives the teams of all stacks, sorted, each once", () => {
    assert.deepEqual(load().teams, ["books", "sales"]);
  });

  it("knows what of a tenant is promoted", () => {
    const { tenants, specHash } = load();
    const [acme = assert.fail(), initech = assert.fail()] = tenants;
    assert.equal(specHash(acme), promotableHash({ projectFiles: projectFilesWith(FILES) }, acme));
    assert.notEqual(specHash(acme), specHash(initech));
  });

  it("refuses files with all that is wrong with them, a line each", () => {
    const changes = { "tenants/acme.yaml": "", "tenants/globex.yaml": tenant("Books", "staging: {}") };
    assert.throws(
      () => load(changes, { environment: "nowhere" }),
      new ConfigError("The files cannot be used", [
        "tenants/acme.yaml:1:1: is empty, expected a mapping",
        'tenants/globex.yaml:2:16: owner.team: is "Books", expected lower-case letters, digits and hyphens such as "finance-ops"',
      ]),
    );
  });

  it("refuses a release that there is not, also in a stack without tenants", () => {
    for (const stack of [{}, { cell: "east" }]) {
      assert.throws(
        () => load({}, { ...stack, release: "18.0-2026.13" }),
        (error) => error instanceof ConfigError && error.message.includes('odoo-saas:release: is "18.0-2026.1'),
      );
    }
  });
});
