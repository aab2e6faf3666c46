import { z } from "zod";
import { expecting, httpsUrl, singleLine, list, mapping, text, integer } from "./common.ts";
import { ACTIONS_APP, PREVIEW_CHECK, REQUIRED_CHECKS } from "../githubRepository.ts";

const team = text(/^[a-z0-9](?:[a-z0-9_-]{0,98}[a-z0-9])?$/, 'a team\'s short name such as "platform"');
const variable = text(
  /^(?!GITHUB_|.*(?:_ROLE|_APP_CLIENT_ID)$)[A-Z_][A-Z0-9_]{0,99}$/,
  'a name in capitals such as "REGION", not beginning with GITHUB_, and no role or app, which are an environment\'s (docs/security.md)',
);

const checks = list(singleLine("the name of a job"), "a list of names of jobs", 50)
  .min(1, expecting("at least one check"))
  .refine((names) => REQUIRED_CHECKS.every((name) => names.includes(name)), {
    error: `names not all of ${REQUIRED_CHECKS.join(", ")}, expected them: nothing else judges a change before a merge`,
  });

const app = integer(1, 2 ** 31 - 1);

/** Teams that may release a deployment: short name to GitHub's number of the team. At most six, as GitHub has it. */
const reviewers = z
  .record(team, integer(1, 2 ** 31 - 1), expecting("teams and their numbers such as { platform: 4211001 }"))
  .refine((teams) => Object.keys(teams).length <= 6, { error: "has more than six teams, expected at most six: GitHub allows no more" });

/** The stack configuration's key `github`. */
export const githubSchema = mapping({
  owner: text(/^[A-Za-z0-9](?:[A-Za-z0-9-]{0,37}[A-Za-z0-9])?$/, 'an organization such as "acme"').describe(
    "Organization that has the repository.",
  ),
  repository: text(/^(?!\.{1,2}$)[A-Za-z0-9._-]{1,100}$/, 'a repository\'s name such as "odoo-saas"').describe(
    "Name of the repository that this project is in.",
  ),
  description: singleLine("what the repository is", 200)
    .default("Odoo tenants as code")
    .describe('What the repository\'s page says. Default "Odoo tenants as code".'),
  adopt: z
    .boolean(expecting("true or false"))
    .default(false)
    .describe(
      "Set to true for one update, to import an existing repository into the state unchanged; then remove it, and the next preview shows what would change. Default false: the repository is created.",
    ),
  apiUrl: httpsUrl.exactOptional().describe("Address of a GitHub Enterprise Server. Default: github.com's."),
  platformTeam: team.describe("Team that owns data without a tenant's team: bundles, releases, plans, new tenants."),
  securityTeam: team
    .exactOptional()
    .describe("Team that owns everything else: program, policies, providers, workflows, zones. Default: platformTeam."),
  approvals: integer(1, 10).default(1).describe("Approving reviews that a merge needs, a code owner's among them. Default 1."),
  requiredChecks: checks
    .default([...REQUIRED_CHECKS])
    .describe("Jobs of GitHub Actions that must pass before a merge. Default: validate, of preview.yml, and test, of test.yml."),
  actionsApp: app
    .default(ACTIONS_APP)
    .describe(`Number of the app GitHub Actions, which requiredChecks are taken from. Default ${ACTIONS_APP}, that of github.com: gh api apps/github-actions --jq .id`),
  checksApp: app.describe(
    `Number of the app that reports the check ${PREVIEW_CHECK}, which must pass before a merge, too. Only main's workflow has its key, so that no branch can report it: gh api apps/<app> --jq .id`,
  ),
  reviewers: mapping({
    staging: reviewers.default({}).describe("Teams of which one must approve a deployment to staging. Default: no approval."),
    prod: reviewers
      .refine((teams) => Object.keys(teams).length > 0, expecting("at least one team"))
      .describe("Teams of which one must approve a deployment to prod, and the preview of a changed program. With their numbers: gh api orgs/<owner>/teams/<team> --jq .id"),
  }).describe("Who approves deployments."),
  variables: z
    .record(variable, z.string(expecting("a text")), expecting("variables and their values"))
    .default({})
    .describe("Variables of Actions, by name. Never a secret: anyone who can read the repository can read them."),
});

/** The repository that the project is in, as the program keeps it. */
export type GithubSettings = z.output<typeof githubSchema>;
