import assert from "node:assert/strict";
import { join } from "node:path";
import { formatDiagnostic } from "../../config/diagnostics.ts";
import { checkStackFiles, stackNames, stackSettingsOf } from "../../config/stackFiles.ts";
import { projectFilesWith, withProject } from "../support/projectFolder.ts";
import { stackFile, validStack } from "../support/stackValues.ts";

/** A stack's file with the valid settings and changes. */
const changed = (changes: Readonly<Record<string, unknown>> = {}) => stackFile({ ...validStack(), ...changes });

function check(files: Readonly<Record<string, string>>): string[] {
  return withProject(files, (root) => checkStackFiles(root, projectFilesWith()).map(formatDiagnostic));
}

/** Beside two stacks: what is no stack's file, and what is no project's setting. */
const FILES = {
  "Pulumi.staging.yaml": changed({ environment: "staging", baseDomain: "alpha.example", protect: "true" }),
  "Pulumi.prod.yaml": changed({ kubeconfig: { secure: "v1:x" } }),
  "Pulumi.yaml": "name: odoo-saas\nruntime: nodejs\nconfig: { odoo-saas:baseDomain: project.example }\n",
  "Pulumi.prod.yaml.orig": changed({ baseDomain: "backup.example" }),
  "old.Pulumi.prod.yaml": changed({ baseDomain: "old.example" }),
  "Pulumi.prod.eu.yaml": changed({ baseDomain: "eu.example" }),
  "Pulumi.new.yaml": "encryptionsalt: v1:x\n",
  "Pulumi.other.yaml": "config:\n  other:baseDomain: other.example\n",
};

/** Base domains of the stacks. */
const stackBaseDomains = (root: string) => stackNames(root).baseDomains;

describe("a stack's file of another shape", () => {
  it("is reported, as Pulumi and this project could not use it", () => {
    for (const [text, found] of [
      ["config: 3\n", "config: is 3"],
      ['config: ["x"]\n', 'config: is ["x"]'],
      ["config: text\n", 'config: is "text"'],
      ['["a"]\n', 'is ["a"]'],
    ] as const) {
      const [problem = "", ...more] = check({ "Pulumi.staging.yaml": text });
      assert.ok(problem.startsWith("Pulumi.staging.yaml:1:") && problem.includes(found), problem);
      assert.ok(problem.endsWith("expected a mapping"), problem);
      assert.deepEqual(more, []);
    }
    assert.deepEqual(check({ "Pulumi.staging.yaml": "config:\n" }), []);
  });
});

describe("stackNames", () => {
  it("has every name of every stack's file and namespace, wherever it is written, but no secret's", () => {
    const files = {
      "Pulumi.prod.yaml": `config:
  odoo-saas:baseDomain: odoo.example
  odoo-saas:keycloak: { url: "https://login.example:8443/auth", cidrs: [10.0.2.0/24] }
  odoo-saas:tenantsDatabase: { host: DB.Cluster.Example., clusterHost: tenants-db, port: 5432 }
  odoo-saas:objectStore: { endpoint: "http://s3.store.example" }
  odoo-saas:mail: { host: 10.0.3.10, from: odoo@mail.example }
  odoo-saas:github: { variables: { HOSTS: "a.build.example, b.build.example:5000" } }
  odoo-saas:mailPassword: pass.word
  odoo-saas:release: 18.0-2026.11
  keycloak:url: https://other.example
`,
      "Pulumi.eu.yaml": "config:\n  odoo-saas:environment: 7\n  odoo-saas:baseDomain: eu.example\n",
    };
    const { names } = withProject(files, stackNames);
    assert.deepEqual(
      names.map(({ name, file, isMailDomain }) => `${file} ${name}${isMailDomain ? " mail" : ""}`),
      [
        "Pulumi.eu.yaml eu.example",
        ...[
          ...["odoo.example", "login.example", "db.cluster.example", "s3.store.example", "mail.example mail"],
          ...["a.build.example", "b.build.example", "other.example"],
        ].map((name) => `Pulumi.prod.yaml ${name}`),
      ],
    );
  });

  it("are those of the stacks' files, sorted, each once", () => {
    const again = { "Pulumi.again.yaml": changed(), "Pulumi.odd.yaml": "config:\n  odoo-saas:baseDomain: 7\n" };
    assert.deepEqual(withProject({ ...FILES, ...again }, stackBaseDomains), ["alpha.example", "odoo.example"]);
  });

  it("has none where no file can be read, and those of the others where one cannot", () => {
    withProject({}, (root) => {
      assert.deepEqual(stackBaseDomains(join(root, "nowhere")), []);
      assert.deepEqual(checkStackFiles(join(root, "nowhere"), projectFilesWith()), []);
    });
    const wrong = { "Pulumi.a.yaml": "config: [\n", "Pulumi.b.yaml": "- a\n" };
    assert.deepEqual(withProject({ ...FILES, ...wrong }, stackBaseDomains), ["alpha.example", "odoo.example"]);
  });
});

describe("stackSettingsOf", () => {
  it("has the settings of each stack whose file is right, by its name, without secrets", () => {
    const wrong = { "Pulumi.east.yaml": changed({ cell: "East" }) };
    const settings = withProject({ ...FILES, ...wrong }, stackSettingsOf);
    assert.deepEqual([...settings.keys()], ["prod", "staging"]);
    const { prod, staging } = Object.fromEntries(settings);
    assert.deepEqual([prod?.environment, prod?.cell, prod?.tenantsDatabase.port], ["prod", "main", 5432]);
    assert.deepEqual([staging?.baseDomain, staging?.protect], ["alpha.example", true]);
  });

  it("keeps a text as it is where true and false are none", () => {
    const settings = withProject(
      { "Pulumi.prod.yaml": changed({ mail: { host: "true", cidrs: ["10.0.3.10/32"] } }) },
      stackSettingsOf,
    );
    assert.equal(settings.get("prod")?.mail?.host, "true");
  });
});

describe("checkStackFiles", () => {
  it("finds nothing wrong in right files, and leaves others' alone", () => {
    assert.deepEqual(check(FILES), []);
  });

  it("tells of all files, sorted", () => {
    const problems = check({
      "Pulumi.staging.yaml": changed({ cell: "West" }),
      "Pulumi.prod.yaml": "config: [\n",
      "Pulumi.east.yaml": changed({ release: "18.0-2026.12", cell: "east" }),
    });
    assert.deepEqual(
      problems.map((line) => line.split(":")[0]),
      ["Pulumi.east.yaml", "Pulumi.prod.yaml", "Pulumi.staging.yaml"],
    );
  });

  it("refuses a secret that is encrypted in part only", () => {
    // Anew each time: the same twice would be written with an anchor.
    const secure = () => ({ secure: "v1:x" });
    const isRefused = (brokerSecrets: unknown) => check({ "Pulumi.prod.yaml": changed({ brokerSecrets }) }).length;
    assert.equal(isRefused({ acme: secure(), globex: secure() }), 0);
    assert.equal(isRefused({ acme: secure(), globex: "hunter2" }), 1);
    assert.equal(isRefused({ acme: { ...secure(), also: "hunter2" } }), 1);
    assert.equal(isRefused({ secure: 7 }), 1);
    assert.equal(isRefused(["hunter2"]), 1);
  });

  it("says where what is missing belongs", () => {
    const { environment, ...rest } = validStack();
    assert.equal(environment, "prod");
    assert.deepEqual(check({ "Pulumi.prod.yaml": stackFile(rest, { encryptionsalt: "v1:x" }) }), [
      "Pulumi.prod.yaml:2:1: config.odoo-saas:environment: is missing, expected one of sandbox, staging, prod",
    ]);
  });
});
