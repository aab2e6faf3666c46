import { z } from "zod";
import { NO_CONTENT, notFound, ok, route } from "../http.ts";
import type { Call, Route } from "../http.ts";
import { perRepository } from "../state.ts";
import type { GithubState, Team } from "../state.ts";
import { accountJson, repositoryJson } from "./repositories.ts";

/** What teams may do in the repository, by id of the team. */
export const teamPermissions = perRepository(() => new Map<number, string>());

/** Names of the permissions as a role, which answers have. */
const ROLES: Readonly<Record<string, string>> = { pull: "read", push: "write" };
const REPOSITORY = "/organizations/:org_id/team/:team_id/repos/:owner/:repo";

export const teamRoutes: readonly Route[] = [
  route("GET /orgs/:org", undefined, (call) => ok(organizationJson(call.state, call.param("org")))),
  route("GET /orgs/:org/teams/:slug", undefined, (call) => {
    const team = call.state.teams.get(call.param("org"))?.get(call.param("slug"));
    if (team === undefined) throw notFound();
    return ok(teamJson(call.state, call.param("org"), team));
  }),
  route(`GET ${REPOSITORY}`, "administration:read", (call) => {
    const permission = teamPermissions(call.repository).get(teamOf(call).id);
    if (permission === undefined) throw notFound();
    return ok({ ...repositoryJson(call.state, call.repository), role_name: ROLES[permission] ?? permission });
  }),
  route(`PUT ${REPOSITORY}`, "administration:write", (call) => {
    const { permission } = call.body(z.object({ permission: z.string().default("pull") }));
    teamPermissions(call.repository).set(teamOf(call).id, permission);
    return NO_CONTENT;
  }),
  route(`DELETE ${REPOSITORY}`, "administration:write", (call) => {
    teamPermissions(call.repository).delete(teamOf(call).id);
    return NO_CONTENT;
  }),
];

function teamOf(call: Call): Team {
  const teams = [...(call.state.teams.get(call.repository.owner.login)?.values() ?? [])];
  const team = teams.find(({ id }) => id === Number(call.param("team_id")));
  if (team === undefined) throw notFound();
  return team;
}

function organizationJson(state: GithubState, login: string) {
  const account = state.account(login);
  if (account.type !== "Organization") throw notFound();
  return { ...accountJson(state, account), plan: { name: "enterprise" } };
}

function teamJson(state: GithubState, organization: string, { id, slug }: Team) {
  return {
    id,
    node_id: `T_${id}`,
    name: slug,
    slug,
    privacy: "closed",
    permission: "pull",
    organization: organizationJson(state, organization),
  };
}
