import assert from "node:assert/strict";
import { z } from "zod";
import { GitopsRepository } from "../../components/gitopsRepository.ts";
import { codeOwnerProblems, codeOwners, LABELS } from "../../config/githubRepository.ts";
import { githubSchema } from "../../config/schemas/github.ts";
import { runProgram } from "../../lib/mockEngine.ts";
import { only } from "../support/only.ts";
import { GITHUB } from "../support/stackValues.ts";

const RULESET = "github:index/repositoryRuleset:RepositoryRuleset";
const ENVIRONMENT = "github:index/repositoryEnvironment:RepositoryEnvironment";
/** Of the repository that was made last. */
let subjects: Readonly<Record<string, string>> = {};

async function made(changes: Readonly<Record<string, unknown>> = {}) {
  const github = githubSchema.parse({ ...GITHUB, ...changes });
  const { resources } = await runProgram(() => {
    const stacks = [
      { name: "prod", environment: "prod" as const },
      { name: "prod-eu", environment: "prod" as const },
      { name: "staging", environment: "staging" as const },
    ];
    subjects = new GitopsRepository("github", { github, teams: ["ops", "platform"], stacks, protect: true }).subjects;
  });
  return resources;
}

function environmentIn({ inputs }: { readonly inputs: Readonly<Record<string, unknown>> }): string {
  return z.string().parse(inputs["environment"]);
}

describe("GitopsRepository", () => {
  it("protects the repository, and archives it at worst", async () => {
    const { inputs, protect } = only(await made(), "github:index/repository:Repository");
    assert.equal(protect, true);
    assert.equal(inputs["archiveOnDestroy"], true);
    assert.equal(inputs["visibility"], "private");
    assert.deepEqual(
      [inputs["allowSquashMerge"], inputs["allowMergeCommit"], inputs["allowRebaseMerge"], inputs["hasWiki"]],
      [true, false, false, false],
    );
  });

  it("exempts nobody from the rules of main", async () => {
    const { inputs } = only(await made({ approvals: 2 }), RULESET);
    assert.equal(inputs["bypassActors"], undefined);
    const rules = z
      .looseObject({
        pullRequest: z.looseObject({ requiredApprovingReviewCount: z.number() }),
        requiredStatusChecks: z.looseObject({
          requiredChecks: z.array(z.object({ context: z.string(), integrationId: z.number() })),
        }),
      })
      .parse(inputs["rules"]);
    assert.equal(rules.pullRequest.requiredApprovingReviewCount, 2);
    assert.deepEqual(rules.requiredStatusChecks.requiredChecks, [
      { context: "test", integrationId: 15_368 },
      { context: "validate", integrationId: 15_368 },
      { context: "preview", integrationId: 99 },
    ]);
  });

  it("lets each owning team write once, and prod's reviewers release", async () => {
    const resources = await made();
    const teams = resources.filter(({ type }) => type === "github:index/teamRepository:TeamRepository");
    assert.deepEqual(
      teams.map(({ inputs }) => inputs["teamId"]),
      ["ops", "platform"],
    );
    const reviewed = resources
      .filter(({ type, inputs }) => type === ENVIRONMENT && inputs["reviewers"] !== undefined)
      .map(({ name, inputs }) => [name, inputs["reviewers"]]);
    assert.deepEqual(
      reviewed,
      ["github-prod", "github-prod-eu", "github-review-prod", "github-review-prod-eu", "github-review-staging"].map(
        (name) => [name, [{ teams: [7] }]],
      ),
    );
  });

  it("gives every kind of job with credentials an environment of its stack's own, for main alone", async () => {
    const resources = await made();
    const names = resources.filter(({ type }) => type === ENVIRONMENT).map(environmentIn);
    const kinds = ["", "preview-", "review-", "backup-"];
    assert.deepEqual(
      names.sort(),
      [
        ...["prod", "prod-eu", "staging"].flatMap((stack) => kinds.map((kind) => `${kind}${stack}`)),
        "checks",
        "requests",
      ].sort(),
    );
    const policies = resources.filter(({ type }) => type.endsWith(":RepositoryEnvironmentDeploymentPolicy"));
    assert.deepEqual(policies.map(environmentIn).sort(), names.sort());
    assert.ok(policies.every(({ inputs }) => inputs["branchPattern"] === "main"));
    for (const { inputs } of resources.filter(({ type }) => type === ENVIRONMENT)) {
      assert.equal(inputs["canAdminsBypass"], false);
      assert.deepEqual(inputs["deploymentBranchPolicy"], { protectedBranches: false, customBranchPolicies: true });
    }
    // No two have the same, and none fits a job outside of its environment: `ref:…` or `pull_request`.
    assert.deepEqual(Object.keys(subjects).sort(), names);
    assert.equal(subjects["review-prod-eu"], "repo:acme/odoo:environment:review-prod-eu");
    assert.equal(new Set(Object.values(subjects)).size, names.length);
  });

  it("lets the security team write, so that its reviews count", async () => {
    const teams = (await made({ securityTeam: "guards" })).filter(({ type }) => type.endsWith(":TeamRepository"));
    assert.deepEqual(teams.map(({ inputs }) => inputs["teamId"]).sort(), ["guards", "ops", "platform"]);
  });

  it("makes no secret: their values would stand in the state", async () => {
    const resources = await made({ variables: { REGION: "eu" } });
    assert.deepEqual(
      resources.filter(({ type }) => /secret/i.test(type)),
      [],
    );
    assert.equal(only(resources, "github:index/actionsVariable:ActionsVariable").inputs["value"], "eu");
    const labels = resources.filter(({ type }) => type === "github:index/issueLabel:IssueLabel");
    assert.equal(labels.length, Object.keys(LABELS).length);
  });
});

describe("code owners", () => {
  const tenants = [
    { id: "globex", owner: { team: "platform" } },
    { id: "acme", owner: { team: "ops" } },
  ];

  it("are in the order of the tenants' names, whatever the order that they come in", () => {
    assert.equal(codeOwners(GITHUB, [...tenants].reverse()), codeOwners(GITHUB, tenants));
  });

  const guarded = { ...GITHUB, securityTeam: "guards" };
  const fixed = codeOwners(guarded, []).split("\n").slice(1, -1);
  const [acme, globex] = ["/tenants/acme.yaml @acme/ops @acme/platform", "/tenants/globex.yaml @acme/platform"];

  /** Who has to approve a change of a file: the last line that fits decides. Folders end in a slash. */
  function ownersOf(text: string, file: string): string[] {
    const lines = text.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
    const fits = (pattern: string) =>
      pattern === "*" || (pattern.endsWith("/") ? `/${file}`.startsWith(pattern) : `/${file}` === pattern);
    return (
      lines
        .findLast((line) => fits(line.split(" ")[0] ?? ""))
        ?.split(" ")
        .slice(1) ?? []
    );
  }

  it("give a tenant's file to its team, data to the platform's, and everything else to the security team", () => {
    const text = codeOwners(guarded, tenants);
    assert.deepEqual(text.split("\n").slice(-3), [acme, globex, ""]);
    assert.deepEqual(ownersOf(text, "tenants/acme.yaml"), ["@acme/ops", "@acme/platform"]);
    for (const file of [
      "tenants/new.yaml",
      "bundles/sales.yaml",
      "releases/1.yaml",
      "plans.yaml",
      "promotions/prod.yaml",
    ]) {
      assert.deepEqual(ownersOf(text, file), ["@acme/platform"], file);
    }
    for (const file of [
      "index.ts",
      "components/a.ts",
      "policies/a.ts",
      "providers/odoosql/a.ts",
      "charts/odoo/a.yaml",
      "sql/a.sql",
      "config/hosts.ts",
      "features/delivery/dataFiles.ts",
      ".github/workflows/plan.yml",
      ".github/CODEOWNERS",
      "Pulumi.prod.yaml",
      "package-lock.json",
      "zones.yaml",
      "approvers.yaml",
      "releases/attestations/keys/new.pem",
      "a-new-folder/file.ts",
      "test/workflows/trust.test.ts",
    ]) {
      assert.deepEqual(ownersOf(text, file), ["@acme/guards"], file);
    }
  });

  it("are the platform's team's where there is no security team", () => {
    const text = codeOwners(GITHUB, tenants);
    assert.deepEqual(ownersOf(text, "policies/a.ts"), ["@acme/platform"]);
  });

  it("may lag behind: without a line, a tenant is the platform's", () => {
    for (const lines of [
      [],
      [globex],
      ["", "# why", globex, acme],
      ["# why", "  ", "  # indented", acme],
      [acme, "/tenants/gone.yaml @acme/gone"],
    ]) {
      assert.deepEqual(codeOwnerProblems([...fixed, ...lines].join("\n"), guarded, tenants), []);
    }
  });

  it("give nobody what is not theirs", () => {
    const number = fixed.length + 1;
    for (const [lines, problem] of [
      [["/policies/ @acme/ops"], "expected no such line"],
      [["* @acme/ops"], "expected no such line"],
      [["/tenants/ @acme/ops"], "expected no such line"],
      [["/tenants/*.yaml @acme/ops"], "expected no such line"],
      [["/tenants/gone.yaml* @acme/ops"], "expected no such line"],
      [["/sql/tenants/gone.yaml @acme/ops"], "expected no such line"],
      [["x/tenants/gone.yaml @acme/ops"], "expected no such line"],
      [["/tenants/x*.yaml @acme/ops"], "expected no such line"],
      [["/tenants/.yaml @acme/ops"], "expected no such line"],
      [[" * @acme/ops"], "expected no such line"],
      [["* @acme/ops # why"], "expected no such line"],
      [["/tenants/acme.yaml @acme/other"], `expected "${acme}"`],
      [["/tenants/acme.yaml"], `expected "${acme}"`],
    ] as const) {
      assert.equal(
        codeOwnerProblems([...fixed, ...lines].join("\n"), guarded, tenants)[0],
        `.github/CODEOWNERS:${number}: ${problem}`,
      );
    }
  });

  it("leave out none of the lines that everything else is owned by, and change none", () => {
    for (const [index, line] of fixed.entries()) {
      const expected = `expected "${line}" as line ${index + 1} of those that name owners`;
      for (const lines of [fixed.toSpliced(index, 1), fixed.with(index, line.replace("@acme/", "@mallory/"))]) {
        assert.ok(codeOwnerProblems(lines.join("\n"), guarded, tenants)[0]?.endsWith(expected), line);
      }
    }
    assert.ok(codeOwnerProblems([acme, ...fixed].join("\n"), guarded, tenants).length > 0);
  });
});
