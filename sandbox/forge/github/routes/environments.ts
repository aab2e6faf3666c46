import { z } from "zod";
import { GithubError, NO_CONTENT, notFound, ok, page, route } from "../http.ts";
import type { Call, Route } from "../http.ts";
import { perRepository } from "../state.ts";

const body = z.object({
  wait_timer: z.number().default(0),
  can_admins_bypass: z.boolean().default(true),
  reviewers: z
    .array(z.object({ type: z.enum(["Team", "User"]), id: z.number() }))
    .nullable()
    .default(null),
  deployment_branch_policy: z
    .object({ protected_branches: z.boolean(), custom_branch_policies: z.boolean() })
    .nullable()
    .default(null),
});

/** An environment that deployments go through. */
export type Environment = z.infer<typeof body> & {
  readonly id: number;
  readonly name: string;
  /** Patterns of the branches that may be deployed, by id. */
  readonly branches: Map<number, string>;
};

/** The repository's environments by name. */
export const environments = perRepository(() => new Map<string, Environment>());

const BASE = "/repos/:owner/:repo/environments";
const POLICIES = `${BASE}/:environment/deployment-branch-policies`;
const policyBody = z.object({ name: z.string() });

export const environmentRoutes: readonly Route[] = [
  route(`GET ${BASE}`, "environments:read", (call) => {
    const all = [...environments(call.repository).values()].map((environment) => environmentJson(call, environment));
    return page(call, all, (list) => ({ total_count: all.length, environments: list }));
  }),
  route(`PUT ${BASE}/:environment`, "administration:write", (call) => {
    const given = call.body(body);
    const name = call.param("environment");
    const present = environments(call.repository).get(name);
    for (const { type, id } of given.reviewers ?? []) {
      if (!accountsOf(call, type).includes(id)) throw new GithubError(422, "Validation Failed", [`${type} ${id}`]);
    }
    const environment = {
      id: present?.id ?? call.state.newId(),
      name,
      branches: present?.branches ?? new Map<number, string>(),
      ...given,
    };
    environments(call.repository).set(name, environment);
    return ok(environmentJson(call, environment));
  }),
  route(`GET ${BASE}/:environment`, "environments:read", (call) => ok(environmentJson(call, find(call)))),
  route(`DELETE ${BASE}/:environment`, "administration:write", (call) => {
    environments(call.repository).delete(find(call).name);
    return NO_CONTENT;
  }),
  route(`GET ${POLICIES}`, "environments:read", (call) => {
    const all = [...find(call).branches].map(([id, name]) => ({ id, name }));
    return page(call, all, (list) => ({ total_count: all.length, branch_policies: list }));
  }),
  route(`POST ${POLICIES}`, "administration:write", (call) => {
    const { name } = call.body(policyBody);
    const environment = find(call);
    if (environment.deployment_branch_policy?.custom_branch_policies !== true) throw notFound();
    const id = call.state.newId();
    environment.branches.set(id, name);
    return ok({ id, name });
  }),
  route(`GET ${POLICIES}/:id`, "environments:read", (call) => ok(findPolicy(call))),
  route(`PUT ${POLICIES}/:id`, "administration:write", (call) => {
    const { id } = findPolicy(call);
    const { name } = call.body(policyBody);
    find(call).branches.set(id, name);
    return ok({ id, name });
  }),
  route(`DELETE ${POLICIES}/:id`, "administration:write", (call) => {
    find(call).branches.delete(findPolicy(call).id);
    return NO_CONTENT;
  }),
];

function accountsOf({ state, repository }: Call, type: "Team" | "User"): number[] {
  const all = type === "User" ? state.accounts.values() : (state.teams.get(repository.owner.login)?.values() ?? []);
  return [...all].map(({ id }) => id);
}

function find(call: Call): Environment {
  const environment = environments(call.repository).get(call.param("environment"));
  if (environment === undefined) throw notFound();
  return environment;
}

function findPolicy(call: Call): { id: number; name: string } {
  const id = Number(call.param("id"));
  const name = find(call).branches.get(id);
  if (name === undefined) throw notFound();
  return { id, name };
}

function environmentJson({ state, repository }: Call, environment: Environment) {
  const { id, name, can_admins_bypass, wait_timer, reviewers, deployment_branch_policy } = environment;
  return {
    id,
    name,
    url: `${state.url}/repos/${repository.fullName}/environments/${name}`,
    can_admins_bypass,
    deployment_branch_policy,
    protection_rules: [
      ...(wait_timer > 0 ? [{ id, type: "wait_timer", wait_timer }] : []),
      ...((reviewers ?? []).length > 0
        ? [
            {
              id,
              type: "required_reviewers",
              reviewers: reviewers?.map((reviewer) => ({ type: reviewer.type, reviewer: { id: reviewer.id } })),
            },
          ]
        : []),
      ...(deployment_branch_policy === null ? [] : [{ id, type: "branch_policy" }]),
    ],
  };
}
