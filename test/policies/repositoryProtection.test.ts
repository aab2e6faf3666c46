import { repositoryProtection } from "../../policies/repositoryProtection.ts";
import { both, drop, set } from "./support/fixtures.ts";
import { describePolicy, wrong } from "./support/describePolicy.ts";

const RULESET = "github-ruleset";
const REVIEWS = "rules.pullRequest";
const CHECKS = "rules.requiredStatusChecks";

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
    wrong(RULESET, `${CHECKS}.strictRequiredStatusChecksPolicy`, false),
    wrong("github-prod", "canAdminsBypass", true),
    wrong("github-staging", "canAdminsBypass", undefined),
    wrong("github-staging", "deploymentBranchPolicy.customBranchPolicies", false),
    wrong("github-staging", "deploymentBranchPolicy.protectedBranches", true),
    wrong("github-prod", "reviewers", undefined),
    wrong("github-prod", "reviewers", [{ teams: [] }]),
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
