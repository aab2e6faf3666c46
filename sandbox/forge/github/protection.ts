import { z } from "zod";
import { GithubError } from "./http.ts";
import { perRepository } from "./state.ts";
import type { Repository } from "./state.ts";

/** A branch ruleset as `POST /repos/:owner/:repo/rulesets` takes it. */
export const rulesetBody = z.looseObject({
  name: z.string(),
  target: z.enum(["branch", "tag"]).default("branch"),
  enforcement: z.enum(["disabled", "active", "evaluate"]),
  bypass_actors: z
    .array(z.looseObject({ actor_id: z.number(), actor_type: z.string(), bypass_mode: z.string() }))
    .default([]),
  conditions: z
    .object({ ref_name: z.object({ include: z.array(z.string()), exclude: z.array(z.string()) }) })
    .optional(),
  rules: z
    .array(z.looseObject({ type: z.string(), parameters: z.record(z.string(), z.unknown()).optional() }))
    .default([]),
});

/** A ruleset of a repository. */
export type Ruleset = z.infer<typeof rulesetBody> & { readonly id: number };

/** The repository's rulesets by id. */
export const rulesets = perRepository(() => new Map<number, Ruleset>());

const reviews = z.object({
  required_approving_review_count: z.number().default(0),
  dismiss_stale_reviews_on_push: z.boolean().default(false),
  require_code_owner_review: z.boolean().default(false),
  require_last_push_approval: z.boolean().default(false),
});
const checks = z.object({
  strict_required_status_checks_policy: z.boolean().default(false),
  required_status_checks: z.array(z.object({ context: z.string() })),
});

/** What the active rulesets ask of a branch, taken together. */
export interface BranchRules {
  /** Types of the rules: `deletion`, `non_fast_forward`, `pull_request`, … */
  readonly types: ReadonlySet<string>;
  readonly approvals: number;
  readonly dismissStale: boolean;
  /** Names of the checks that must have passed. */
  readonly checks: readonly string[];
}

/** The rules that are in force for a reference such as `refs/heads/main`. */
export function rulesFor(repository: Repository, ref: string): BranchRules {
  const active = [...rulesets(repository).values()].filter(
    ({ enforcement, conditions }) => enforcement === "active" && applies(repository, conditions?.ref_name, ref),
  );
  const rules = active.flatMap((ruleset) => ruleset.rules);
  const ofType = (type: string) => rules.filter((rule) => rule.type === type).map((rule) => rule.parameters ?? {});
  const asked = ofType("pull_request").map((parameters) => reviews.parse(parameters));
  return {
    types: new Set(rules.map(({ type }) => type)),
    approvals: Math.max(0, ...asked.map((rule) => rule.required_approving_review_count)),
    dismissStale: asked.some((rule) => rule.dismiss_stale_reviews_on_push),
    checks: ofType("required_status_checks").flatMap((parameters) =>
      checks.parse(parameters).required_status_checks.map(({ context }) => context),
    ),
  };
}

function applies(
  repository: Repository,
  names: { readonly include: readonly string[]; readonly exclude: readonly string[] } | undefined,
  ref: string,
): boolean {
  const fits = (pattern: string): boolean =>
    pattern === "~ALL" ||
    (pattern === "~DEFAULT_BRANCH" && ref === `refs/heads/${repository.settings.default_branch}`) ||
    pattern === ref;
  return names !== undefined && names.include.some(fits) && !names.exclude.some(fits);
}

/** @throws GithubError when a branch may only be changed by pull requests. */
export function requireUnprotected(repository: Repository, ref: string): void {
  const { types } = rulesFor(repository, ref);
  if (!types.has("pull_request") && !types.has("update")) return;
  throw new GithubError(409, "Repository rule violations found\n\nChanges must be made through a pull request.\n\n");
}
