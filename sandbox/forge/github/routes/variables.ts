import { z } from "zod";
import { GithubError, NO_CONTENT, notFound, ok, page, route } from "../http.ts";
import type { Call, Route } from "../http.ts";
import { now, perRepository } from "../state.ts";

/** The repository's variables of Actions: values by name. */
export const variables = perRepository(() => new Map<string, string>());

const BASE = "/repos/:owner/:repo/actions/variables";
const body = z.object({ name: z.string(), value: z.string() });

export const variableRoutes: readonly Route[] = [
  route(`GET ${BASE}`, "variables:read", (call) => {
    const all = [...variables(call.repository)].map(([name, value]) => variableJson(name, value));
    return page(call, all, (list) => ({ total_count: all.length, variables: list }));
  }),
  route(`POST ${BASE}`, "variables:write", (call) => {
    const { name, value } = call.body(body);
    const all = variables(call.repository);
    if (all.has(name)) throw new GithubError(409, "Already exists - Variable already exists");
    all.set(name, value);
    return { status: 201, body: {} };
  }),
  route(`GET ${BASE}/:name`, "variables:read", (call) => ok(variableJson(call.param("name"), find(call)))),
  route(`PATCH ${BASE}/:name`, "variables:write", (call) => {
    const present = find(call);
    variables(call.repository).set(call.param("name"), call.body(body.partial()).value ?? present);
    return NO_CONTENT;
  }),
  route(`DELETE ${BASE}/:name`, "variables:write", (call) => {
    find(call);
    variables(call.repository).delete(call.param("name"));
    return NO_CONTENT;
  }),
];

function find(call: Call): string {
  const value = variables(call.repository).get(call.param("name"));
  if (value === undefined) throw notFound();
  return value;
}

function variableJson(name: string, value: string) {
  return { name, value, created_at: now(), updated_at: now() };
}
