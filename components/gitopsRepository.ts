import * as pulumi from "@pulumi/pulumi";
import { ActionsVariable } from "@pulumi/github/actionsVariable.js";
import { IssueLabel } from "@pulumi/github/issueLabel.js";
import { Provider as GithubProvider } from "@pulumi/github/provider.js";
import { Repository } from "@pulumi/github/repository.js";
import { RepositoryEnvironment } from "@pulumi/github/repositoryEnvironment.js";
import { RepositoryEnvironmentDeploymentPolicy } from "@pulumi/github/repositoryEnvironmentDeploymentPolicy.js";
import { RepositoryRuleset } from "@pulumi/github/repositoryRuleset.js";
import { TeamRepository } from "@pulumi/github/teamRepository.js";
import { MAIN_BRANCH } from "../config/names.ts";
import { APP_ENVIRONMENTS, environmentOf, LABELS, oidcSubject, PREVIEW_CHECK } from "../config/githubRepository.ts";
import type { GithubSettings } from "../config/index.ts";

/** A stack, and the kind that it is of. */
export interface DeployedStack {
  readonly name: string;
  readonly environment: "staging" | "prod";
}

/** Inputs of {@link GitopsRepository}. */
export interface GitopsRepositoryArgs {
  readonly github: GithubSettings;
  /** Teams that own tenants. GitHub counts a code owner's review only of those that may write: they and the platform's team may. */
  readonly teams: readonly string[];
  /** The stacks that this repository deploys: each has environments of its own. */
  readonly stacks: readonly DeployedStack[];
  /** Whether the repository is protected from deletion. */
  readonly protect: boolean;
}

/**
 * The repository that this project is in: how it is merged into, by whom, and what deployments wait for.
 *
 * Squash merges alone make `main`, through pull requests that a code owner approved and whose checks have passed, each as its own app
 * reports it; nobody is exempt. What has credentials runs in an environment, from `main` alone; what changes prod, or runs a branch's
 * program, waits for a person. Deleting this text deletes nothing: the repository is protected, and archived at worst. CODEOWNERS is a committed file
 * (`npx odoo-saas generate codeowners`) rather than a resource, since nothing may write to `main` past a review. Secrets are set by hand, see
 * docs/github.md: values that the program knew would stand in its state.
 */
export class GitopsRepository extends pulumi.ComponentResource {
  /** `<owner>/<repository>`. */
  readonly fullName: pulumi.Output<string>;
  /** Address of its page. */
  readonly url: pulumi.Output<string>;
  /** What the cloud role of each environment has to demand of a token's claim `sub`, by the environment's name. */
  readonly subjects: Readonly<Record<string, string>>;

  constructor(name: string, args: GitopsRepositoryArgs, opts?: pulumi.ComponentResourceOptions) {
    super("odoo:saas:GitopsRepository", name, {}, opts);
    const { github } = args;
    const child: pulumi.CustomResourceOptions = { parent: this };

    const repository = new Repository(`${name}-repository`, settings(github), {
      ...child,
      protect: args.protect,
      // An import with other settings than the program's is refused: it is taken as it is, and changed by the next update.
      ...(github.adopt ? { import: github.repository, ignoreChanges: ["*"] } : {}),
    });
    branchRules(name, github, repository, child);
    for (const team of new Set([github.platformTeam, github.securityTeam ?? github.platformTeam, ...args.teams])) {
      new TeamRepository(
        `${name}-team-${team}`,
        { teamId: team, repository: repository.name, permission: "push" },
        child,
      );
    }
    const environments: Environment[] = [
      ...args.stacks.flatMap((stack): Environment[] => [
        { name: environmentOf("deploy", stack.name), reviewers: github.reviewers[stack.environment] },
        { name: environmentOf("preview", stack.name), reviewers: {} },
        { name: environmentOf("review", stack.name), reviewers: github.reviewers.prod },
        { name: environmentOf("backup", stack.name), reviewers: {} },
      ]),
      ...APP_ENVIRONMENTS.map((each) => ({ name: each, reviewers: {} })),
    ];
    for (const each of environments) deploymentEnvironment(`${name}-${each.name}`, each, repository, child);
    for (const [role, label] of Object.entries(LABELS)) {
      new IssueLabel(`${name}-label-${role}`, { repository: repository.name, ...label }, child);
    }
    for (const [variableName, value] of Object.entries(github.variables)) {
      new ActionsVariable(
        `${name}-variable-${variableName}`,
        { repository: repository.name, variableName, value },
        child,
      );
    }
    this.fullName = repository.fullName;
    this.url = repository.htmlUrl;
    this.subjects = Object.fromEntries(environments.map((each) => [each.name, oidcSubject(github, each.name)]));
    this.registerOutputs({ fullName: this.fullName, url: this.url, subjects: this.subjects });
  }
}

/** The connection to GitHub, in the one stack that keeps the repository. */
export function makeGithubProvider(
  github: GithubSettings,
  token: pulumi.Output<string> | undefined,
  opts?: pulumi.CustomResourceOptions,
): GithubProvider {
  return new GithubProvider(
    "github",
    {
      owner: github.owner,
      // The provider appends paths to it as it is.
      ...(github.apiUrl === undefined ? {} : { baseUrl: `${github.apiUrl.replace(/\/$/, "")}/` }),
      ...(token === undefined ? {} : { token }),
    },
    opts,
  );
}

function settings(github: GithubSettings) {
  return {
    name: github.repository,
    description: github.description,
    visibility: "private",
    hasIssues: true,
    hasProjects: false,
    hasWiki: false,
    // One commit a pull request, named after it: what is on main can be reverted as a whole.
    allowSquashMerge: true,
    allowMergeCommit: false,
    allowRebaseMerge: false,
    squashMergeCommitTitle: "PR_TITLE",
    squashMergeCommitMessage: "PR_BODY",
    allowAutoMerge: false,
    allowUpdateBranch: true,
    deleteBranchOnMerge: true,
    vulnerabilityAlerts: true,
    archiveOnDestroy: true,
  };
}

function branchRules(
  name: string,
  github: GithubSettings,
  repository: Repository,
  opts: pulumi.CustomResourceOptions,
): void {
  new RepositoryRuleset(
    `${name}-ruleset`,
    {
      repository: repository.name,
      name: MAIN_BRANCH,
      target: "branch",
      enforcement: "active",
      conditions: { refName: { includes: ["~DEFAULT_BRANCH"], excludes: [] } },
      rules: {
        deletion: true,
        nonFastForward: true,
        requiredLinearHistory: true,
        pullRequest: {
          requiredApprovingReviewCount: github.approvals,
          requireCodeOwnerReview: true,
          dismissStaleReviewsOnPush: true,
          requireLastPushApproval: true,
          requiredReviewThreadResolution: true,
        },
        requiredStatusChecks: {
          strictRequiredStatusChecksPolicy: true,
          // Without its app, a check is whoever's: any token that may write statuses could report it.
          requiredChecks: [
            ...[...github.requiredChecks].sort().map((context) => ({ context, integrationId: github.actionsApp })),
            { context: PREVIEW_CHECK, integrationId: github.checksApp },
          ],
        },
      },
    },
    opts,
  );
}

/** An environment, and the teams of which one has to release its jobs, with their numbers; none: they start by themselves. */
interface Environment {
  readonly name: string;
  readonly reviewers: Readonly<Record<string, number>>;
}

/** An environment whose jobs run from `main` alone, after one of its reviewers released them. */
function deploymentEnvironment(
  name: string,
  { name: environment, reviewers }: Environment,
  repository: Repository,
  opts: pulumi.CustomResourceOptions,
): void {
  const teams = Object.values(reviewers);
  const made = new RepositoryEnvironment(
    name,
    {
      repository: repository.name,
      environment,
      canAdminsBypass: false,
      ...(teams.length > 0 ? { reviewers: [{ teams }] } : {}),
      deploymentBranchPolicy: { protectedBranches: false, customBranchPolicies: true },
    },
    opts,
  );
  new RepositoryEnvironmentDeploymentPolicy(
    `${name}-branch`,
    { repository: repository.name, environment: made.environment, branchPattern: MAIN_BRANCH },
    opts,
  );
}
