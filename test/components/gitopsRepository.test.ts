import assert from "node:assert/strict";
import { z } from "zod";
import { GitopsRepository } from "../../components/gitopsRepository.ts";
import { LABELS, REQUIRED_CHECKS, codeOwnerProblems, codeOwners } from "../../config/repository.ts";
import { githubSchema } from "../../config/schemas/github.ts";
import { only, runProgram } from "../support/mocks.ts";

const RULESET = "github:index/repositoryRuleset:RepositoryRuleset";
const ENVIRONMENT = "github:index/repositoryEnvironment:RepositoryEnvironment";
const minimal = { owner: "acme", repository: "odoo", platformTeam: "platform", reviewers: { prod: { platform: 7 } } };

async function made(changes: Readonly<Record<string, unknown>> = {}) {
  const github = githubSchema.parse({ ...minimal, ...changes });
  const { resources } = await runProgram(() => {
    new GitopsRepository("github", { github, teams: ["ops", "platform"], protect: true });
  });
  return resources;
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
        requiredStatusChecks: z.looseObject({ requiredChecks: z.array(z.object({ context: z.string() })) }),
      })
      .parse(inputs["rules"]);
    assert.equal(rules.pullRequest.requiredApprovingReviewCount, 2);
    assert.deepEqual(
      rules.requiredStatusChecks.requiredChecks.map(({ context }) => context),
      [...REQUIRED_CHECKS].sort(),
    );
  });

  it("lets each owning team write once, and prod's reviewers release", async () => {
    const resources = await made();
    const teams = resources.filter(({ type }) => type === "github:index/teamRepository:TeamRepository");
    assert.deepEqual(
      teams.map(({ inputs }) => inputs["teamId"]),
      ["ops", "platform"],
    );
    assert.deepEqual(only(resources, ENVIRONMENT, "github-prod").inputs["reviewers"], [{ teams: [7] }]);
    assert.equal(only(resources, ENVIRONMENT, "github-staging").inputs["reviewers"], undefined);
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
    assert.equal(codeOwners(minimal, [...tenants].reverse()), codeOwners(minimal, tenants));
  });

  it("give a tenant's file to its team and everything else to the platform's", () => {
    assert.equal(
      codeOwners(minimal, tenants),
      [
        "# Made by npm run codeowners from tenants/*.yaml (owner.team); npm run check refuses a line that says something else.",
        "* @acme/platform",
        "/tenants/acme.yaml @acme/ops @acme/platform",
        "/tenants/globex.yaml @acme/platform",
        "",
      ].join("\n"),
    );
  });

  const [all, acme, globex] = [
    "* @acme/platform",
    "/tenants/acme.yaml @acme/ops @acme/platform",
    "/tenants/globex.yaml @acme/platform",
  ];

  it("may lag behind: without a line, a tenant is the platform's", () => {
    for (const lines of [
      [all],
      [all, globex],
      [all, "", "# why", globex, acme],
      ["# why", "  ", "  # indented", all, acme],
      [all, acme, "/tenants/gone.yaml @acme/gone"],
    ]) {
      assert.deepEqual(codeOwnerProblems(lines.join("\n"), minimal, tenants), []);
    }
  });

  it("give nobody what is not theirs", () => {
    const first = (line: number) => `.github/CODEOWNERS:${line}: expected "${all}" before all others`;
    for (const [lines, problem] of [
      [[], first(1)],
      [["* @mallory"], first(1)],
      [["# why", acme, all], first(2)],
      [[all, "/policies/ @acme/ops"], ".github/CODEOWNERS:2: expected no such line"],
      [[all, acme, "* @acme/ops"], ".github/CODEOWNERS:3: expected no such line"],
      [[all, "/tenants/ @acme/ops"], ".github/CODEOWNERS:2: expected no such line"],
      [[all, "/tenants/*.yaml @acme/ops"], ".github/CODEOWNERS:2: expected no such line"],
      [[all, "/tenants/gone.yaml* @acme/ops"], ".github/CODEOWNERS:2: expected no such line"],
      [[all, "/sql/tenants/gone.yaml @acme/ops"], ".github/CODEOWNERS:2: expected no such line"],
      [[all, "x/tenants/gone.yaml @acme/ops"], ".github/CODEOWNERS:2: expected no such line"],
      [[all, "/tenants/x*.yaml @acme/ops"], ".github/CODEOWNERS:2: expected no such line"],
      [[all, "/tenants/.yaml @acme/ops"], ".github/CODEOWNERS:2: expected no such line"],
      [[all, " * @acme/ops"], ".github/CODEOWNERS:2: expected no such line"],
      [[all, "* @acme/ops # why"], ".github/CODEOWNERS:2: expected no such line"],
      [[all, acme, "/tenants/acme.yaml @acme/other"], `.github/CODEOWNERS:3: expected "${acme}"`],
      [[all, "/tenants/acme.yaml"], `.github/CODEOWNERS:2: expected "${acme}"`],
    ] as const) {
      assert.equal(codeOwnerProblems(lines.join("\n"), minimal, tenants)[0], problem);
    }
  });
});
