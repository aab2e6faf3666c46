import { FLAG, HARMLESS, judgedBy, partsOf, text } from "../lib/known.ts";
import { GITHUB } from "../lib/types.ts";

const PROTECTION = judgedBy("repository-protection");

/** What the repository's rules say. Tags, patterns of names and whoever is exempt are not among them. */
export const REPOSITORY = partsOf("policies/known/githubRepository.ts", {
  [GITHUB.ruleset]: {
    repository: HARMLESS,
    name: HARMLESS,
    target: PROTECTION,
    enforcement: PROTECTION,
    bypassActors: PROTECTION,
    conditions: { refName: { includes: PROTECTION, excludes: PROTECTION } },
    rules: {
      deletion: PROTECTION,
      nonFastForward: PROTECTION,
      requiredLinearHistory: FLAG,
      pullRequest: {
        requiredApprovingReviewCount: PROTECTION,
        requireCodeOwnerReview: PROTECTION,
        dismissStaleReviewsOnPush: PROTECTION,
        requireLastPushApproval: PROTECTION,
        requiredReviewThreadResolution: FLAG,
      },
      requiredStatusChecks: {
        strictRequiredStatusChecksPolicy: PROTECTION,
        requiredChecks: [{ context: PROTECTION, integrationId: PROTECTION }],
      },
    },
  },
  [GITHUB.environment]: {
    repository: HARMLESS,
    environment: PROTECTION,
    canAdminsBypass: PROTECTION,
    reviewers: PROTECTION,
    deploymentBranchPolicy: { protectedBranches: PROTECTION, customBranchPolicies: PROTECTION },
  },
  // A tag is whoever's may push one: an environment takes branches alone.
  [GITHUB.deploymentPolicy]: { repository: HARMLESS, environment: PROTECTION, branchPattern: PROTECTION },
  [GITHUB.team]: { repository: HARMLESS, teamId: HARMLESS, permission: PROTECTION },
  [GITHUB.label]: {
    repository: HARMLESS,
    name: HARMLESS,
    color: text(/^[0-9a-f]{6}$/, "a color"),
    description: HARMLESS,
  },
  [GITHUB.variable]: { repository: HARMLESS, variableName: PROTECTION, value: PROTECTION },
});
