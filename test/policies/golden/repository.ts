import { GITHUB } from "../../../policies/lib/types.ts";
import { bad, badElsewhere, type Breaks, only, without } from "./breaks.ts";

const REVIEWS = "rules.pullRequest";
const CHECKS = "rules.requiredStatusChecks";
const PROD = only(GITHUB.environment, ({ props }) => props["environment"] === "prod");

const REVIEW = only(GITHUB.environment, ({ props }) => String(props["environment"]).startsWith("review-"));

/** The repository that everything is deployed from. */
export const REPOSITORY: Breaks = {
  "repository-protection": [
    ...bad(GITHUB.repository, "archiveOnDestroy", false),
    ...bad(GITHUB.repository, "vulnerabilityAlerts", false),
    ...bad(GITHUB.repository, "visibility", "public", undefined),
    ...bad(GITHUB.repository, "pages", { source: { branch: "main" } }),
    ...bad(GITHUB.ruleset, "enforcement", "disabled", "evaluate", undefined),
    ...bad(GITHUB.ruleset, "target", "tag", undefined),
    ...bad(GITHUB.ruleset, "bypassActors", [{ actorId: 1, actorType: "Team", bypassMode: "always" }]),
    ...bad(GITHUB.ruleset, "conditions.refName.includes", [], ["refs/heads/other"], undefined),
    ...bad(GITHUB.ruleset, "conditions.refName.excludes", ["~DEFAULT_BRANCH"]),
    ...bad(GITHUB.ruleset, "rules.deletion", false, undefined),
    ...bad(GITHUB.ruleset, "rules.nonFastForward", false, undefined),
    ...bad(GITHUB.ruleset, REVIEWS, undefined),
    ...bad(GITHUB.ruleset, `${REVIEWS}.requiredApprovingReviewCount`, 0, undefined),
    ...["requireCodeOwnerReview", "dismissStaleReviewsOnPush", "requireLastPushApproval"].flatMap((key) =>
      bad(GITHUB.ruleset, `${REVIEWS}.${key}`, false, undefined),
    ),
    ...bad(GITHUB.ruleset, CHECKS, undefined),
    ...bad(GITHUB.ruleset, `${CHECKS}.requiredChecks`, [], undefined),
    ...bad(GITHUB.ruleset, `${CHECKS}.requiredChecks`, [{ context: "validate", integrationId: 1 }]),
    ...bad(GITHUB.ruleset, `${CHECKS}.requiredChecks.*.context`, "other", undefined),
    ...bad(GITHUB.ruleset, `${CHECKS}.requiredChecks`, (old: unknown) => Array.isArray(old) && old.slice(-1)),
    ...bad(GITHUB.ruleset, `${CHECKS}.requiredChecks.*.integrationId`, 99),
    ...bad(GITHUB.deploymentPolicy, "tagPattern", "*", "v*"),
    ...bad(GITHUB.variable, "variableName", "DEPLOY_ROLE", "PREVIEW_ROLE", "CHECKS_APP_CLIENT_ID", "OTHER", undefined),
    ...bad(GITHUB.variable, "value", "https://evil.example"),
    ...bad(GITHUB.ruleset, `${CHECKS}.requiredChecks.*.integrationId`, 0, undefined),
    ...bad(GITHUB.ruleset, `${CHECKS}.requiredChecks`, (old: unknown) =>
      (old as { context: string }[]).map((check) => ({ ...check, integrationId: 15_368 })),
    ),
    ...["checks", "requests"].flatMap((name) =>
      badElsewhere(
        only(GITHUB.environment, ({ props }) => props["environment"] === name),
        "environment",
        "other",
      ),
    ),
    ...bad(GITHUB.ruleset, `${CHECKS}.strictRequiredStatusChecksPolicy`, false, undefined),
    ...bad(GITHUB.environment, "canAdminsBypass", true, undefined),
    ...bad(GITHUB.environment, "deploymentBranchPolicy", undefined),
    ...bad(GITHUB.environment, "deploymentBranchPolicy.customBranchPolicies", false, undefined),
    ...bad(GITHUB.environment, "deploymentBranchPolicy.protectedBranches", true),
    ...bad(PROD, "reviewers", undefined, [], [{ teams: [] }]),
    ...bad(PROD, "reviewers.*.teams", undefined, []),
    ...bad(REVIEW, "reviewers", undefined, [], [{ teams: [] }]),
    ...bad(GITHUB.deploymentPolicy, "branchPattern", "*", "main*", undefined),
    ...bad(GITHUB.team, "permission", "admin", "maintain", undefined),
    { what: "no ruleset", change: without(GITHUB.ruleset), breaks: ["name", "repository"] },
    { what: "no environment", change: without(GITHUB.environment), breaks: ["environment"] },
    { what: "no branch of an environment", change: without(GITHUB.deploymentPolicy) },
  ],
};
