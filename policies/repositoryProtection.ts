import { MAIN_BRANCH } from "../config/names.ts";
import {
  ACTIONS_APP,
  APP_ENVIRONMENTS,
  environmentOf,
  ENVIRONMENTS_VARIABLE,
  PREVIEW_CHECK,
  REQUIRED_CHECKS,
  STACK_ENVIRONMENTS,
} from "../config/githubRepository.ts";
import type { EnvironmentUse } from "../config/githubRepository.ts";
import type { Field } from "./lib/field.ts";
import type { Graph, Node } from "./lib/graph.ts";
import { tenantPolicy } from "./lib/policy.ts";
import { settingsFile, stackSettings } from "./lib/stackSettings.ts";
import { GITHUB } from "./lib/types.ts";
import { mayRelax, stackEnvironment, stackName } from "./lib/urn.ts";

const FIX = "Use components/gitopsRepository.ts, whose limits odoo-saas:github sets";

/** Reports a property unless it holds, or is not known yet. */
type Demand = (field: Field, holds: boolean, expected: string) => void;

/** Whoever can change the branch that is deployed, or deploy another, can change every tenant. */
export const repositoryProtection = tenantPolicy({
  name: "repository-protection",
  description:
    "The repository must only be changed by reviewed and checked pull requests, and deploy its main branch alone.",
  types: [GITHUB.repository, GITHUB.ruleset, GITHUB.environment, GITHUB.deploymentPolicy, GITHUB.team, GITHUB.variable],
  check(node, report) {
    const demand: Demand = (field, holds, expected) => {
      if (field.known && !holds) report(node, field, `is ${field.shown}, expected ${expected}`, FIX);
    };
    // Stryker disable next-line OptionalChaining: Only resources of types that have a check are judged.
    CHECKS[node.type]?.(node, demand);
  },
  checkStack(graph, report) {
    for (const repository of graph.ofType(GITHUB.repository)) {
      const name = repository.props.at("name");
      if (!name.known) continue;
      const has = (type: string, where: (node: Node) => boolean = () => true) =>
        graph.ofType(type).some((node) => node.props.at("repository").mayBe(name.value) && where(node));
      if (!has(GITHUB.ruleset)) report(repository, "", "has no RepositoryRuleset", FIX);
      if (!has(GITHUB.environment, ({ props }) => props.at("environment").mayBe("prod"))) {
        report(repository, "", "has no RepositoryEnvironment prod", FIX);
      }
      // GitHub makes an environment that a workflow names and nobody has made, and lets everything into it.
      for (const name of environmentsBeside(graph)) {
        if (!has(GITHUB.environment, ({ props }) => props.at("environment").mayBe(name))) {
          report(repository, "", `has no RepositoryEnvironment ${name}`, FIX);
        }
      }
    }
    for (const environment of graph.ofType(GITHUB.environment)) {
      const name = environment.props.at("environment");
      const isOf = ({ props }: Node) => props.at("environment").mayBe(name.value);
      if (name.known && !graph.ofType(GITHUB.deploymentPolicy).some(isOf)) {
        report(environment, "", "has no RepositoryEnvironmentDeploymentPolicy: nothing can be deployed to it", FIX);
      }
    }
  },
});

/** Environments that there have to be: those with the key of an app, and of each stack whose name is known one of each kind. */
function environmentsBeside(graph: Graph): string[] {
  const names = graph.ofType(GITHUB.environment).flatMap(({ props }) => props.at("environment").text ?? []);
  const stacks = [...new Set(names)].filter((name) => stackEnvironment(name) !== undefined);
  return [...APP_ENVIRONMENTS, ...stacks.flatMap((stack) => USES.map((use) => environmentOf(use, stack)))];
}

const USES = ["preview", "review", "backup"] as const satisfies readonly EnvironmentUse[];

/** Whether a person has to release what runs in an environment: what changes prod, and a branch's program. */
function needsReviewer(environment: string): boolean {
  return stackEnvironment(environment) === "prod" || environment.startsWith(STACK_ENVIRONMENTS.review);
}

const CHECKS: Readonly<Record<string, (node: Node, demand: Demand) => void>> = {
  [GITHUB.repository]({ props }, demand) {
    // Neither is there yet while a repository is adopted as it is; what protects it from deletion is data-is-protected.
    for (const key of ["archiveOnDestroy", "vulnerabilityAlerts"]) {
      demand(props.at(key), props.at(key).mayBe(undefined, true), "true");
    }
    demand(
      props.at("visibility"),
      props.at("visibility").mayBe("private", "internal"),
      '"private": it names customers',
    );
    demand(props.at("pages"), props.at("pages").missing, "none: pages are public");
  },
  [GITHUB.ruleset]({ urn, props }, demand) {
    demand(props.at("enforcement"), props.at("enforcement").mayBe("active"), '"active"');
    demand(props.at("target"), props.at("target").mayBe("branch"), '"branch"');
    demand(props.at("bypassActors"), props.at("bypassActors").empty, "nobody");
    const names = props.at("conditions", "refName");
    const included = names.at("includes").items();
    demand(
      names.at("includes"),
      included.some((name) => name.mayBe("~DEFAULT_BRANCH", "~ALL")),
      '"~DEFAULT_BRANCH" in it',
    );
    demand(names.at("excludes"), names.at("excludes").empty, "nothing");
    const rules = props.at("rules");
    for (const key of ["deletion", "nonFastForward"]) demand(rules.at(key), rules.at(key).value === true, "true");
    const reviews = rules.at("pullRequest");
    const count = reviews.at("requiredApprovingReviewCount");
    demand(count, (count.number ?? 0) >= 1, "1 or more");
    for (const key of ["requireCodeOwnerReview", "dismissStaleReviewsOnPush", "requireLastPushApproval"]) {
      demand(reviews.at(key), reviews.at(key).value === true, "true");
    }
    const checks = rules.at("requiredStatusChecks");
    const required = checks.at("requiredChecks");
    demand(required, !required.empty, "one check or more");
    const github = stackSettings(stackName(urn))?.github;
    for (const name of new Set([PREVIEW_CHECK, ...REQUIRED_CHECKS, ...(github?.requiredChecks ?? [])])) {
      demand(
        required,
        required.items().some((item) => item.at("context").mayBe(name)),
        `"${name}" in it, of those that have to pass`,
      );
    }
    for (const item of required.items()) {
      const app = item.at("integrationId");
      demand(
        app,
        (app.number ?? 0) >= 1,
        "the number of the app that reports it: anybody who may push could report it otherwise",
      );
      const isPreview = item.at("context").mayBe(PREVIEW_CHECK);
      if (isPreview) {
        demand(app, app.value !== ACTIONS_APP, "an app of its own: any branch can have GitHub Actions report it");
      }
      const expected = isPreview ? github?.checksApp : github?.actionsApp;
      if (expected !== undefined)
        demand(app, app.value === expected, `${expected}, the app that odoo-saas:github names`);
    }
    demand(
      checks.at("strictRequiredStatusChecksPolicy"),
      checks.at("strictRequiredStatusChecksPolicy").value === true,
      "true: what is merged was checked together with what is on the branch",
    );
  },
  [GITHUB.environment]({ props }, demand) {
    demand(props.at("canAdminsBypass"), props.at("canAdminsBypass").value === false, "false");
    const branches = props.at("deploymentBranchPolicy");
    demand(branches.at("customBranchPolicies"), branches.at("customBranchPolicies").value === true, "true");
    demand(branches.at("protectedBranches"), branches.at("protectedBranches").mayBe(undefined, false), "false");
    if (!needsReviewer(props.at("environment").text ?? "")) return;
    const reviewers = props.at("reviewers");
    const someone = reviewers.items().some((item) => !item.at("teams").empty || !item.at("users").empty);
    demand(reviewers, someone, "a team or a person");
  },
  [GITHUB.deploymentPolicy]({ props }, demand) {
    demand(props.at("branchPattern"), props.at("branchPattern").mayBe(MAIN_BRANCH), `"${MAIN_BRANCH}"`);
    demand(props.at("tagPattern"), props.at("tagPattern").missing, "none: anyone who may push can create a tag");
  },
  [GITHUB.variable]({ urn, props }, demand) {
    const [name, value] = [props.at("variableName"), props.at("value")];
    const isEnvironments = ENVIRONMENTS_VARIABLE.test(name.text ?? "");
    demand(
      name,
      name.text !== undefined && !isEnvironments,
      "a variable that every job may have: roles are environments'",
    );
    const stack = stackName(urn);
    const settings = stackSettings(stack);
    if (isEnvironments || (settings === undefined && mayRelax(stack))) return;
    const variables = new Map(Object.entries(settings?.github?.variables ?? {}));
    const expected = variables.get(name.text ?? "");
    demand(name, expected !== undefined, `one that odoo-saas:github.variables names in ${settingsFile(stack)}`);
    if (expected !== undefined) demand(value, value.text === expected, `"${expected}", as ${settingsFile(stack)} says`);
  },
  [GITHUB.team]({ props }, demand) {
    demand(props.at("permission"), props.at("permission").mayBe("pull", "triage", "push"), '"push" or less');
  },
};
