import { repositoryProtection } from "../../policies/repositoryProtection.ts";
import { both, drop, set } from "./support/fixtures.ts";
import { writeHostFiles } from "./support/hostCheckout.ts";
import { emptyCheckout, useCheckout } from "./support/releasedCheckout.ts";
import { type Breach, describePolicy, wrong } from "./support/describePolicy.ts";

const VARIABLE = "github-variable-REGION";
const RULESET = "github-ruleset";
const REVIEWS = "rules.pullRequest";
const CHECKS = "rules.requiredStatusChecks";

describe("the repository", () => {
  useCheckout(() => writeHostFiles(emptyCheckout()));

  describePolicy(repositoryProtection, {
    breaches: [
      wrong("github-repository", "archiveOnDestroy", false),
      wrong("github-repository", "vulnerabilityAlerts", false),
      wrong("github-repository", "visibility", "public", /it names customers/),
      wrong("github-repository", "visibility", undefined),
      wrong("github-repository", "pages", { source: { branch: "main" } }, /pages are public/),
      wrong(RULESET, "enforcement", "disabled"),
      wrong(RULESET, "enforcement", "evaluate"),
      wrong(RULESET, "target", "tag"),
      wrong(
        RULESET,
        "bypassActors",
        [{ actorId: 5, actorType: "RepositoryRole", bypassMode: "always" }],
        /expected nobody/,
      ),
      wrong(RULESET, "conditions.refName.includes", ["refs/heads/release"]),
      wrong(RULESET, "conditions.refName.excludes", ["refs/heads/main"]),
      wrong(RULESET, "rules.deletion", false),
      wrong(RULESET, "rules.nonFastForward", undefined),
      wrong(RULESET, `${REVIEWS}.requiredApprovingReviewCount`, 0),
      wrong(RULESET, `${REVIEWS}.requireCodeOwnerReview`, false),
      wrong(RULESET, `${REVIEWS}.dismissStaleReviewsOnPush`, false),
      wrong(RULESET, `${REVIEWS}.requireLastPushApproval`, false),
      wrong(RULESET, `${CHECKS}.requiredChecks`, []),
      wrong(
        RULESET,
        `${CHECKS}.requiredChecks`,
        [{ context: "validate", integrationId: 7 }],
        /expected "preview" in it/,
      ),
      wrong(RULESET, `${CHECKS}.requiredChecks.0.integrationId`, undefined, /the app that reports it/),
      wrong(RULESET, `${CHECKS}.requiredChecks.2.integrationId`, 0),
      wrong(RULESET, `${CHECKS}.requiredChecks.2.integrationId`, 8, /expected 7, the app that odoo-saas:github names/),
      wrong(RULESET, `${CHECKS}.requiredChecks.0.integrationId`, 7, /expected 15368, the app/),
      wrong(
        RULESET,
        `${CHECKS}.requiredChecks`,
        [{ context: "preview", integrationId: 7 }],
        /expected "validate" in it/,
      ),
      [
        "a check that the settings name, left out",
        set(RULESET, `${CHECKS}.requiredChecks.1.context`, "other"),
        RULESET,
        /requiredChecks is .*, expected "lint" in it/,
      ],
      wrong("github-prod-branch", "tagPattern", "*", /expected none: anyone who may push can create a tag/),
      wrong(VARIABLE, "variableName", "DEPLOY_ROLE", /roles are environments'/),
      wrong(VARIABLE, "variableName", "checks_app_client_id", /roles are environments'/),
      wrong(VARIABLE, "variableName", undefined, /expected a variable/),
      wrong(
        VARIABLE,
        "variableName",
        "PULUMI_BACKEND_URL",
        /one that odoo-saas:github.variables names in Pulumi.prod.yaml/,
      ),
      wrong(VARIABLE, "value", "us", /expected "eu", as Pulumi.prod.yaml says/),
      wrong(
        RULESET,
        `${CHECKS}.requiredChecks.2.integrationId`,
        15_368,
        /any branch can have GitHub Actions report it/,
      ),
      wrong(RULESET, `${CHECKS}.strictRequiredStatusChecksPolicy`, false),
      wrong("github-prod", "canAdminsBypass", true),
      wrong("github-staging", "canAdminsBypass", undefined),
      wrong("github-staging", "deploymentBranchPolicy.customBranchPolicies", false),
      wrong("github-staging", "deploymentBranchPolicy.protectedBranches", true),
      wrong("github-prod", "reviewers", undefined),
      wrong("github-prod", "reviewers", [{ teams: [] }]),
      wrong("github-review-prod", "reviewers", undefined),
      wrong("github-review-staging", "reviewers", []),
      wrong("github-preview-prod", "deploymentBranchPolicy.customBranchPolicies", false),
      wrong("github-backup-prod-branch", "branchPattern", "feature/*"),
      wrong("github-prod-branch", "branchPattern", "*"),
      wrong("github-team-ops", "permission", "admin"),
      wrong("github-team-ops", "permission", "maintain"),
      ["a repository without a ruleset", drop(RULESET), "github-repository", /has no RepositoryRuleset/],
      [
        "a ruleset of another repository",
        set(RULESET, "repository", "other"),
        "github-repository",
        /has no RepositoryRuleset/,
      ],
      ["a repository without prod", drop("github-prod"), "github-repository", /has no RepositoryEnvironment prod/],
      ...["checks", "requests"].map((name): Breach => [
        `a repository without the environment ${name}`,
        drop(`github-${name}`),
        "github-repository",
        new RegExp(`RepositoryEnvironment ${name}`),
      ]),
      [
        "a stack without an environment for previews",
        drop("github-preview-prod"),
        "github-repository",
        /RepositoryEnvironment preview-prod/,
      ],
      [
        "a stack without an environment for a branch's program",
        drop("github-review-staging"),
        "github-repository",
        /RepositoryEnvironment review-staging/,
      ],
      [
        "a stack without an environment for backups",
        drop("github-backup-prod"),
        "github-repository",
        /RepositoryEnvironment backup-prod/,
      ],
      [
        "a cell of prod that nobody releases",
        both(set("github-staging", "environment", "prod-eu"), drop("github-staging-branch")),
        "github-staging",
        /expected a team or a person/,
      ],
      ["an environment without a branch", drop("github-staging-branch"), "github-staging", /nothing can be deployed/],
    ],
    tolerated: [
      [
        "a repository that is adopted as it is",
        both(
          set("github-repository", "archiveOnDestroy", undefined),
          set("github-repository", "vulnerabilityAlerts", undefined),
        ),
      ],
      ["no GitHub at all", both(drop("github-repository"), drop("github-staging"))],
      ["reviewers by person", set("github-prod", "reviewers", [{ users: [7] }])],
      ["all branches", set(RULESET, "conditions.refName.includes", ["~ALL"])],
      [
        "a rule for another branch too",
        set(RULESET, "conditions.refName.includes", ["~DEFAULT_BRANCH", "refs/heads/release"]),
      ],
      ["more approvals", set(RULESET, `${REVIEWS}.requiredApprovingReviewCount`, 3)],
      ["a team that reads", set("github-team-ops", "permission", "pull")],
      ["a team that sorts issues", set("github-team-ops", "permission", "triage")],
      ["an internal repository", set("github-repository", "visibility", "internal")],
    ],
    guarded: [
      ["github-repository", "name"],
      ["github-repository", "visibility"],
      [RULESET, "repository"],
      [RULESET, "bypassActors"],
      [RULESET, "rules"],
      [RULESET, `${REVIEWS}.requiredApprovingReviewCount`],
      ["github-prod", "reviewers"],
      ["github-prod", "environment"],
      ["github-prod-branch", "branchPattern"],
      ["github-prod-branch", "environment"],
      ["github-team-ops", "permission"],
    ],
  });

  // A sandbox may be configured from elsewhere.
  describePolicy(repositoryProtection, {
    stack: "sandbox",
    breaches: [wrong(VARIABLE, "variableName", "PREVIEW_ROLE", /roles are environments'/)],
    tolerated: [["another variable", set(VARIABLE, "variableName", "OTHER")]],
    guarded: [[VARIABLE, "variableName"]],
  });
});
