import assert from "node:assert/strict";
import { changesBetween, matricesOf } from "../../features/delivery/changes.ts";
import type { Changes } from "../../features/delivery/changes.ts";
import { GitProject, stackFileText } from "../support/delivery.ts";

const TENANT = (environments: string) => `displayName: Globex
owner: { team: ops, email: ops@globex.example }
bundles: [sales]
environments:
${environments}`;

const STACKS = new Set(["prod", "staging"]);

/** What the engine runs or the program reads, and what decides how it runs. */
const PROGRAM_FILES = [
  ".npmrc",
  "charts/odoo/values.yaml",
  "components/part.ts",
  "config/names.ts",
  "index.ts",
  "package-lock.json",
  "package.json",
  "lib/postgresTls.ts",
  "policies/tenantEgress.ts",
  "preload.cjs",
  "providers/odoosql/index.ts",
  "Pulumi.yaml",
  "sql/tenant/core/v1/001.sql",
  "tsconfig.json",
];

describe("what a branch changes", () => {
  let project: GitProject;
  beforeEach(() => {
    project = new GitProject({ "tenants/globex.yaml": TENANT("  staging: {}\n  prod: {}\n") });
    project.git("checkout", "--quiet", "-b", "branch");
  });
  afterEach(() => project.remove());

  const changes = (): Changes => changesBetween(project.root, "main", "branch");
  const touched = () =>
    changes().stacks.map(({ stack, tenants }) => [
      stack,
      tenants.map(({ tenant, kind, keys }) => [tenant, kind, ...keys]),
    ]);

  it("is nothing for comments, order and spaces: both commits are resolved", () => {
    project.commit({
      "tenants/globex.yaml": `# a remark\n${TENANT("  prod: {}\n  staging: {}\n")}`,
      "docs/page.md": "text",
    });
    assert.deepEqual(changes().stacks, []);
    assert.deepEqual(matricesOf(changes(), STACKS), { data: { include: [] }, program: { include: [] } });
  });

  it("is a tenant in the stacks that its environments name, with what differs and what it costs", () => {
    project.commit({
      "tenants/initech.yaml": TENANT("  staging: {}\n").replace("Globex", "Initech"),
      "tenants/globex.yaml": TENANT("  staging: {}\n  prod: { domains: [erp.globex.example] }\n"),
    });
    assert.deepEqual(touched(), [
      ["prod", [["globex", "changed", "hosts"]]],
      ["staging", [["initech", "added"]]],
    ]);
    assert.deepEqual(
      changes().stacks.map(({ cost }) => cost),
      [
        { before: { EUR: 1.5 }, after: { EUR: 1.5 } },
        { before: { EUR: 3 }, after: { EUR: 4.5 } },
      ],
    );
    assert.deepEqual(matricesOf(changes(), STACKS), {
      data: { include: [{ stack: "prod" }, { stack: "staging" }] },
      program: { include: [] },
    });
  });

  it("tells which ways out open, and not those that were open or close", () => {
    const way = (module: string, ...networks: string[]) => `{ for: ${module}, networks: [${networks.join(", ")}] }`;
    const egress = (...ways: string[]) => TENANT(`  prod: { egress: [${ways.join(", ")}] }\n`);
    project.commit({ "tenants/globex.yaml": egress(way("crm", "203.0.113.7/32", "203.0.113.8/32")) });
    const opens = () => changes().stacks.map(({ stack, tenants }) => [stack, tenants.map((tenant) => tenant.opens)]);
    assert.deepEqual(opens(), [
      ["prod", [[{ module: "crm", networks: ["203.0.113.7/32", "203.0.113.8/32"] }]]],
      ["staging", [[]]],
    ]);
    project.git("branch", "--force", "main", "branch");
    project.commit({ "tenants/globex.yaml": egress(way("crm", "203.0.113.8/32"), way("crm_lead_code", "1.1.1.1/32")) });
    assert.deepEqual(opens(), [["prod", [[{ module: "crm_lead_code", networks: ["1.1.1.1/32"] }]]]]);
  });

  it("is every tenant on a plan that changes, and none on another", () => {
    const plans = project.git("show", "main:plans.yaml");
    const large = plans.replace("standard:", "large:").replace("Standard", "Large");
    project.commit({
      "plans.yaml": `${plans.replace("databaseConnections: 56", "databaseConnections: 60")}\n${large}\n`,
    });
    assert.deepEqual(touched(), [
      ["prod", [["globex", "changed", "plan"]]],
      [
        "staging",
        [
          ["acme", "changed", "plan"],
          ["globex", "changed", "plan"],
        ],
      ],
    ]);
  });

  it("is a tenant that goes, a stack's settings, and files of the program in every stack", () => {
    project.commit({
      "tenants/acme.yaml": undefined,
      "Pulumi.prod.yaml": project.git("show", "main:Pulumi.prod.yaml").replace("mail.example.test", "mx.example.test"),
      "components/part.ts": "",
    });
    assert.deepEqual(
      changes().stacks.map(({ stack, tenants, settings, program }) => ({ stack, tenants, settings, program })),
      [
        { stack: "prod", tenants: [], settings: ["mail"], program: ["components/part.ts"] },
        {
          stack: "staging",
          tenants: [{ tenant: "acme", kind: "removed", keys: [], opens: [] }],
          settings: [],
          program: ["components/part.ts"],
        },
      ],
    );
  });

  it("is previewed by main's program where only data differs, and by the branch's own where its program or a setting does", () => {
    const file = project.git("show", "main:Pulumi.prod.yaml");
    // An encrypted value and a provider's setting decide what is connected to as much as the settings that have a schema.
    for (const more of ["  odoo-saas:keycloakClientSecret: { secure: v1 }", "  postgresql:host: evil.example"]) {
      project.git("checkout", "--quiet", "-B", "branch", "main");
      project.commit({ "Pulumi.prod.yaml": `${file}\n${more}\n`, "tenants/acme.yaml": undefined });
      assert.deepEqual(matricesOf(changes(), STACKS), {
        data: { include: [{ stack: "staging" }] },
        program: { include: [{ stack: "prod" }] },
      });
    }
  });

  for (const path of PROGRAM_FILES) {
    it(`takes ${path} for the program`, () => {
      project.commit({ [path]: "changed" });
      assert.deepEqual(matricesOf(changes(), STACKS), {
        data: { include: [] },
        program: { include: [{ stack: "prod" }, { stack: "staging" }] },
      });
    });
  }

  it("runs no program in an environment that main's stacks do not have", () => {
    project.commit({ "Pulumi.prod-eu.yaml": stackFileText("prod", "  odoo-saas:cell: eu\n") });
    assert.deepEqual(
      touched().map(([stack]) => stack),
      ["prod-eu"],
    );
    assert.deepEqual(matricesOf(changes(), STACKS), { data: { include: [] }, program: { include: [] } });
  });

  it("is every stack where the program differs and its files fit a schema of its own", () => {
    project.commit({ "config/schemas/tenant.ts": "another", "tenants/globex.yaml": "displayName: 1\n" });
    assert.deepEqual(
      changes().stacks.map(({ stack, program }) => [stack, program]),
      [
        ["prod", ["config/schemas/tenant.ts"]],
        ["staging", ["config/schemas/tenant.ts"]],
      ],
    );
  });

  it("is told from where the branch began, not from what main did since", () => {
    project.commit({ "docs/page.md": "text" });
    project.git("checkout", "--quiet", "main");
    project.commit({ "tenants/acme.yaml": undefined });
    assert.deepEqual(changes().stacks, []);
  });

  it("is everything where the branch began with files that today's schema refuses", () => {
    project.git("checkout", "--quiet", "main");
    const valid = project.git("show", "main:tenants/globex.yaml");
    project.commit({ "tenants/globex.yaml": `${valid}\nunknown: key\n` });
    project.git("checkout", "--quiet", "-B", "branch");
    project.commit({ "tenants/globex.yaml": `${valid}\n` });
    assert.deepEqual(touched(), [
      ["prod", [["globex", "added"]]],
      [
        "staging",
        [
          ["acme", "added"],
          ["globex", "added"],
        ],
      ],
    ]);
  });

  it("refuses a commit that is not there, and files of the branch that are wrong", () => {
    assert.throws(() => changesBetween(project.root, "elsewhere", "branch"), /"elsewhere" is not a commit here/);
    project.commit({ "tenants/globex.yaml": "displayName: 1\n" });
    assert.throws(changes, /tenants\/globex\.yaml:1:14/);
  });
});
