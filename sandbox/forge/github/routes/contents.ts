import { z } from "zod";
import { GithubError, notFound, ok, route } from "../http.ts";
import type { Call, Route } from "../http.ts";
import { requireUnprotected } from "../protection.ts";
import { commitJson } from "./refs.ts";

const person = z.object({ name: z.string(), email: z.string() });
const change = z.object({
  message: z.string(),
  branch: z.string().optional(),
  sha: z.string().optional(),
  author: person.optional(),
  committer: person.optional(),
});

export const contentRoutes: readonly Route[] = [
  route("GET /repos/:owner/:repo/contents/*path", "contents:read", read),
  route("GET /repos/:owner/:repo/contents", "contents:read", read),
  route("PUT /repos/:owner/:repo/contents/*path", "contents:write", async (call) => {
    const { content, ...given } = call.body(change.extend({ content: z.base64() }));
    const existing = await write(call, given, Buffer.from(content, "base64"));
    const { status, commit } = existing;
    return {
      status,
      body: { content: await contentJson(call, commit, call.param("path")), commit: await shown(call, commit) },
    };
  }),
  route("DELETE /repos/:owner/:repo/contents/*path", "contents:write", async (call) => {
    const { commit } = await write(call, call.body(change), undefined);
    return ok({ content: null, commit: await shown(call, commit) });
  }),
];

async function read(call: Call) {
  const { git, settings } = call.repository;
  const commit = await git.resolve(call.query("ref") ?? settings.default_branch);
  if (commit === undefined) throw notFound();
  const path = (call.params["path"] ?? "").replace(/\/$/, "");
  const json = await contentJson(call, commit, path);
  if (json === undefined) throw notFound();
  return ok(json);
}

async function write(call: Call, given: z.infer<typeof change>, content: Buffer | undefined) {
  const { repository, account } = call;
  const { git, settings } = repository;
  const path = call.param("path");
  const branch = given.branch ?? settings.default_branch;
  const tip = await git.branch(branch);
  const branches = await git.refs("refs/heads/");
  if (tip === undefined && branches.length > 0) throw new GithubError(404, `Branch ${branch} not found`);
  requireUnprotected(repository, `refs/heads/${branch}`);
  const present = tip === undefined ? undefined : await git.entry(tip, path);
  if (present === undefined && content === undefined) throw notFound();
  if (present !== undefined && given.sha === undefined) {
    throw new GithubError(422, 'Invalid request.\n\n"sha" wasn\'t supplied.');
  }
  if (given.sha !== undefined && given.sha !== present?.sha) {
    throw new GithubError(409, `${path} does not match ${given.sha}`);
  }
  const author = given.author ?? given.committer ?? noreply(account.login);
  const commit = await git.commitFile(branch, path, content, { message: given.message, author });
  return { status: present === undefined ? 201 : 200, commit };
}

/** How GitHub signs for someone who keeps the address private. */
export function noreply(login: string) {
  return { name: login, email: `${login}@users.noreply.github.com` };
}

async function contentJson(call: Call, commit: string, path: string): Promise<unknown> {
  const { git, fullName } = call.repository;
  const entry = await git.entry(commit, path);
  if (entry === undefined) return undefined;
  const describe = (at: string, type: string, sha: string) => ({
    type: type === "tree" ? "dir" : "file",
    name: at.split("/").at(-1),
    path: at,
    sha,
    url: `${call.state.url}/repos/${fullName}/contents/${at}?ref=${commit}`,
    html_url: `${call.state.url}/${fullName}/blob/${commit}/${at}`,
  });
  if (entry.type === "tree") {
    const entries = await git.entries(entry.sha);
    return entries.map((child) => describe(path === "" ? child.path : `${path}/${child.path}`, child.type, child.sha));
  }
  const content = await git.blob(entry.sha);
  return {
    ...describe(path, entry.type, entry.sha),
    size: content.length,
    encoding: "base64",
    content: content.toString("base64"),
  };
}

async function shown(call: Call, commit: string) {
  const {
    sha,
    commit: inner,
    ...rest
  } = commitJson(call.state, call.repository, await call.repository.git.commit(commit));
  return { ...rest, sha, ...inner };
}
