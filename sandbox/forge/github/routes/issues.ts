import { z } from "zod";
import { created, NO_CONTENT, notFound, ok, page, route } from "../http.ts";
import type { Call, Route } from "../http.ts";
import { now, perRepository } from "../state.ts";
import type { Account } from "../state.ts";
import { labelOf } from "./labels.ts";
import type { Label } from "./labels.ts";
import { accountJson } from "./repositories.ts";

/** An issue, or what a pull request has of one. */
export interface Issue {
  readonly id: number;
  readonly number: number;
  readonly user: Account;
  readonly isPull: boolean;
  readonly created_at: string;
  title: string;
  body: string | null;
  state: "open" | "closed";
  state_reason: string | null;
  labels: Label[];
  assignees: string[];
  closed_at: string | null;
  updated_at: string;
}

/** A comment on an issue or a pull request. */
export interface Comment {
  readonly id: number;
  readonly issue: number;
  readonly user: Account;
  readonly created_at: string;
  body: string;
  updated_at: string;
}

/** The repository's issues and pull requests by number. */
export const issues = perRepository(() => new Map<number, Issue>());
/** The repository's comments, the oldest first. */
export const comments = perRepository((): Comment[] => []);

/** A text that people read. GitHub takes no longer one. */
export const markdown = z.string().max(65_536, "Body is too long (maximum is 65536 characters)");
const names = z.array(z.union([z.string(), z.object({ name: z.string() }).transform(({ name }) => name)]));
const BASE = "/repos/:owner/:repo/issues";

export const issueRoutes: readonly Route[] = [
  route(`GET ${BASE}`, "issues:read", (call) => {
    const state = call.query("state") ?? "open";
    const wanted = (call.query("labels") ?? "").split(",").filter((name) => name !== "");
    const creator = call.query("creator");
    const found = [...issues(call.repository).values()].filter(
      (issue) =>
        (state === "all" || issue.state === state) &&
        (creator === undefined || issue.user.login === creator) &&
        wanted.every((name) => issue.labels.some((label) => label.name === name)),
    );
    return page(
      call,
      found.reverse().map((issue) => issueJson(call, issue)),
    );
  }),
  route(`POST ${BASE}`, "issues:write", (call) => {
    const given = call.body(
      z.object({
        title: z.string(),
        body: markdown.nullable().default(null),
        labels: names.default([]),
        assignees: z.array(z.string()).default([]),
      }),
    );
    return created(issueJson(call, addIssue(call, given, false)));
  }),
  route(`GET ${BASE}/:number`, "issues:read", (call) => ok(issueJson(call, findIssue(call)))),
  route(`PATCH ${BASE}/:number`, "issues:write", (call) => {
    const given = call.body(
      z
        .object({
          title: z.string(),
          body: markdown.nullable(),
          state: z.enum(["open", "closed"]),
          state_reason: z.string().nullable(),
          labels: names,
          assignees: z.array(z.string()),
        })
        .partial(),
    );
    const issue = findIssue(call);
    issue.title = given.title ?? issue.title;
    if (given.body !== undefined) issue.body = given.body;
    if (given.assignees !== undefined) issue.assignees = given.assignees;
    if (given.labels !== undefined)
      issue.labels = given.labels.map((name) => labelOf(call.state, call.repository, name));
    if (given.state !== undefined) {
      issue.state = given.state;
      issue.state_reason = given.state_reason ?? (given.state === "closed" ? "completed" : "reopened");
      issue.closed_at = given.state === "closed" ? now() : null;
    }
    issue.updated_at = now();
    return ok(issueJson(call, issue));
  }),
  route(`POST ${BASE}/:number/labels`, "issues:write", (call) => {
    const issue = findIssue(call);
    const given = call.body(z.object({ labels: names }));
    for (const name of given.labels) {
      const label = labelOf(call.state, call.repository, name);
      if (!issue.labels.includes(label)) issue.labels.push(label);
    }
    return ok(issue.labels);
  }),
  route(`GET ${BASE}/:number/labels`, "issues:read", (call) => page(call, findIssue(call).labels)),
  route(`DELETE ${BASE}/:number/labels/:name`, "issues:write", (call) => {
    const issue = findIssue(call);
    const rest = issue.labels.filter(({ name }) => name !== call.param("name"));
    if (rest.length === issue.labels.length) throw notFound();
    issue.labels = rest;
    return ok(rest);
  }),
  route(`GET ${BASE}/:number/comments`, "issues:read", (call) => {
    const { number } = findIssue(call);
    const found = comments(call.repository).filter(({ issue }) => issue === number);
    return page(
      call,
      found.map((comment) => commentJson(call, comment)),
    );
  }),
  route(`POST ${BASE}/:number/comments`, "issues:write", (call) => {
    const { body } = call.body(z.object({ body: markdown }));
    const { number } = findIssue(call);
    const time = { created_at: now(), updated_at: now() };
    const comment = { id: call.state.newId(), issue: number, user: call.account, body, ...time };
    comments(call.repository).push(comment);
    return created(commentJson(call, comment));
  }),
  route(`GET ${BASE}/comments/:id`, "issues:read", (call) => ok(commentJson(call, findComment(call)))),
  route(`PATCH ${BASE}/comments/:id`, "issues:write", (call) => {
    const comment = findComment(call);
    comment.body = call.body(z.object({ body: markdown })).body;
    comment.updated_at = now();
    return ok(commentJson(call, comment));
  }),
  route(`DELETE ${BASE}/comments/:id`, "issues:write", (call) => {
    const all = comments(call.repository);
    all.splice(all.indexOf(findComment(call)), 1);
    return NO_CONTENT;
  }),
];

/** Adds an issue, or the part of a pull request that is one. */
export function addIssue(
  { state, repository, account }: Pick<Call, "state" | "repository" | "account">,
  given: { title: string; body: string | null; labels?: readonly string[]; assignees?: readonly string[] },
  isPull: boolean,
): Issue {
  const issue: Issue = {
    id: state.newId(),
    number: repository.nextNumber++,
    user: account,
    isPull,
    title: given.title,
    body: given.body,
    state: "open",
    state_reason: null,
    labels: (given.labels ?? []).map((name) => labelOf(state, repository, name)),
    assignees: [...(given.assignees ?? [])],
    created_at: now(),
    updated_at: now(),
    closed_at: null,
  };
  issues(repository).set(issue.number, issue);
  return issue;
}

function findIssue(call: Call): Issue {
  const issue = issues(call.repository).get(Number(call.param("number")));
  if (issue === undefined) throw notFound();
  return issue;
}

function findComment(call: Call): Comment {
  const comment = comments(call.repository).find(({ id }) => id === Number(call.param("id")));
  if (comment === undefined) throw notFound();
  return comment;
}

function issueJson(call: Call, { isPull, user, assignees, ...issue }: Issue) {
  const { state, repository } = call;
  const url = `${state.url}/repos/${repository.fullName}`;
  return {
    ...issue,
    user: accountJson(state, user),
    assignees: assignees.map((login) => ({ login })),
    comments: comments(repository).filter((comment) => comment.issue === issue.number).length,
    url: `${url}/issues/${issue.number}`,
    html_url: `${state.url}/${repository.fullName}/${isPull ? "pull" : "issues"}/${issue.number}`,
    ...(isPull ? { pull_request: { url: `${url}/pulls/${issue.number}` } } : {}),
  };
}

function commentJson({ state, repository }: Call, { user, issue, ...comment }: Comment) {
  return {
    ...comment,
    user: accountJson(state, user),
    url: `${state.url}/repos/${repository.fullName}/issues/comments/${comment.id}`,
    html_url: `${state.url}/${repository.fullName}/issues/${issue}#issuecomment-${comment.id}`,
    issue_url: `${state.url}/repos/${repository.fullName}/issues/${issue}`,
  };
}
