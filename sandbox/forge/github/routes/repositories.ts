import { z } from "zod";
import { created, NO_CONTENT, notFound, ok, route } from "../http.ts";
import type { Route } from "../http.ts";
import { perRepository } from "../state.ts";
import type { Account, GithubState, Repository, RepositorySettings } from "../state.ts";

/** Whether dependency alerts are on. */
export const vulnerabilityAlerts = perRepository(() => ({ enabled: false }));

const visibility = z.enum(["public", "private", "internal"]);
const settings = z
  .object({
    description: z.string().nullable(),
    homepage: z.string().nullable(),
    private: z.boolean(),
    visibility,
    default_branch: z.string(),
    archived: z.boolean(),
    has_issues: z.boolean(),
    has_projects: z.boolean(),
    has_wiki: z.boolean(),
    has_downloads: z.boolean(),
    has_discussions: z.boolean(),
    is_template: z.boolean(),
    allow_squash_merge: z.boolean(),
    allow_merge_commit: z.boolean(),
    allow_rebase_merge: z.boolean(),
    allow_auto_merge: z.boolean(),
    allow_update_branch: z.boolean(),
    delete_branch_on_merge: z.boolean(),
    web_commit_signoff_required: z.boolean(),
    squash_merge_commit_title: z.string(),
    squash_merge_commit_message: z.string(),
    merge_commit_title: z.string(),
    merge_commit_message: z.string(),
  })
  .partial();

export const repositoryRoutes: readonly Route[] = [
  route("GET /user", undefined, ({ state, account }) => ok(accountJson(state, account))),
  route("GET /users/:login", undefined, (call) => ok(accountJson(call.state, call.state.account(call.param("login"))))),
  route("POST /orgs/:org/repos", "administration:write", async (call) => {
    const { name, ...given } = call.body(settings.extend({ name: z.string() }));
    return created(
      repositoryJson(call.state, await call.state.addRepository(call.param("org"), name, consistent(given))),
    );
  }),
  route("GET /repos/:owner/:repo", "metadata:read", (call) => ok(repositoryJson(call.state, call.repository))),
  route("PATCH /repos/:owner/:repo", "administration:write", (call) => {
    Object.assign(call.repository.settings, consistent(call.body(settings)));
    return ok(repositoryJson(call.state, call.repository));
  }),
  route("DELETE /repos/:owner/:repo", "administration:write", (call) => {
    call.state.repositories.delete(call.repository.fullName);
    return NO_CONTENT;
  }),
  route("PUT /repos/:owner/:repo/topics", "administration:write", (call) => {
    const { names } = call.body(z.object({ names: z.array(z.string()) }));
    call.repository.settings.topics = names;
    return ok({ names });
  }),
  route("GET /repos/:owner/:repo/vulnerability-alerts", "administration:read", (call) => {
    if (!vulnerabilityAlerts(call.repository).enabled) throw notFound();
    return NO_CONTENT;
  }),
  route("PUT /repos/:owner/:repo/vulnerability-alerts", "administration:write", (call) => {
    vulnerabilityAlerts(call.repository).enabled = true;
    return NO_CONTENT;
  }),
  route("DELETE /repos/:owner/:repo/vulnerability-alerts", "administration:write", (call) => {
    vulnerabilityAlerts(call.repository).enabled = false;
    return NO_CONTENT;
  }),
];

/** What was given, without what was not, and with `private` as `visibility` says. */
function consistent(given: z.infer<typeof settings>): Partial<RepositorySettings> {
  const entries = Object.entries(given).filter(([, value]) => value !== undefined);
  const known: Partial<RepositorySettings> = Object.fromEntries(entries);
  if (given.visibility !== undefined) known.private = given.visibility !== "public";
  else if (given.private !== undefined) known.visibility = given.private ? "private" : "public";
  return known;
}

/** A person or an organization, as answers have it. */
export function accountJson(state: GithubState, { id, login, type }: Account) {
  return { id, login, type, node_id: `A_${id}`, url: `${state.url}/users/${login}`, html_url: `${state.url}/${login}` };
}

/** A repository, as answers have it. */
export function repositoryJson(state: GithubState, repository: Repository) {
  const { id, name, owner, fullName, createdAt } = repository;
  return {
    id,
    node_id: `R_${id}`,
    name,
    full_name: fullName,
    owner: accountJson(state, owner),
    ...repository.settings,
    html_url: `${state.url}/${fullName}`,
    url: `${state.url}/repos/${fullName}`,
    clone_url: repository.git.folder,
    git_url: repository.git.folder,
    ssh_url: repository.git.folder,
    svn_url: repository.git.folder,
    created_at: createdAt,
    permissions: { admin: true, push: true, pull: true },
    security_and_analysis: null,
  };
}
