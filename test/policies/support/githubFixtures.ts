import type { Planned } from "./fixtures.ts";

/** The repository that the project is in, as the prod stack keeps it. */
export function githubResources(): Planned[] {
  const parent = "github";
  const repository = "odoo-saas";
  const resource = (type: string, name: string, props: Record<string, unknown>, protect = false): Planned => ({
    type: `github:index/${type.charAt(0).toLowerCase()}${type.slice(1)}:${type}`,
    name: `github-${name}`,
    parent,
    protect,
    props,
  });
  return [
    {
      type: "pulumi:providers:github",
      name: "github-provider",
      props: { owner: "acme", baseUrl: "https://api.github.com/", token: "x" },
    },
    { type: "odoo:saas:GitopsRepository", name: parent },
    resource(
      "Repository",
      "repository",
      { name: repository, visibility: "private", archiveOnDestroy: true, vulnerabilityAlerts: true },
      true,
    ),
    resource("RepositoryRuleset", "ruleset", {
      repository,
      name: "main",
      target: "branch",
      enforcement: "active",
      conditions: { refName: { includes: ["~DEFAULT_BRANCH"], excludes: [] } },
      rules: {
        deletion: true,
        nonFastForward: true,
        pullRequest: {
          requiredApprovingReviewCount: 1,
          requireCodeOwnerReview: true,
          dismissStaleReviewsOnPush: true,
          requireLastPushApproval: true,
        },
        requiredStatusChecks: {
          strictRequiredStatusChecksPolicy: true,
          requiredChecks: [
            { context: "validate", integrationId: 15_368 },
            { context: "lint", integrationId: 15_368 },
            { context: "preview", integrationId: 7 },
            { context: "test", integrationId: 15_368 },
          ],
        },
      },
    }),
    ...["prod", "staging"]
      .flatMap((stack) => [stack, `preview-${stack}`, `review-${stack}`, `backup-${stack}`])
      .concat("checks", "requests")
      .flatMap((environment) => [
        resource("RepositoryEnvironment", environment, {
          repository,
          environment,
          canAdminsBypass: false,
          ...(/^(?:prod|review-)/.test(environment) ? { reviewers: [{ teams: [1] }] } : {}),
          deploymentBranchPolicy: { protectedBranches: false, customBranchPolicies: true },
        }),
        resource("RepositoryEnvironmentDeploymentPolicy", `${environment}-branch`, {
          repository,
          environment,
          branchPattern: "main",
        }),
      ]),
    resource("TeamRepository", "team-ops", { repository, teamId: "ops", permission: "push" }),
    resource("IssueLabel", "label-drift", { repository, name: "drift", color: "d93f0b" }),
    resource("ActionsVariable", "variable-REGION", { repository, variableName: "REGION", value: "eu" }),
  ];
}
