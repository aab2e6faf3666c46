import { z } from "zod";
import { created, GithubError, NO_CONTENT, notFound, ok, page, route } from "../http.ts";
import type { Call, Route } from "../http.ts";
import { perRepository } from "../state.ts";
import type { GithubState, Repository } from "../state.ts";

/** A label of a repository. */
export interface Label {
  readonly id: number;
  name: string;
  color: string;
  description: string | null;
}

/** The repository's labels. */
export const labels = perRepository((): Label[] => []);

const body = z.object({
  name: z.string(),
  color: z.string().default("ededed"),
  description: z.string().nullable().default(null),
});

export const labelRoutes: readonly Route[] = [
  route("GET /repos/:owner/:repo/labels", "issues:read", (call) =>
    page(
      call,
      labels(call.repository).map((label) => labelJson(call, label)),
    ),
  ),
  route("POST /repos/:owner/:repo/labels", "issues:write", (call) => {
    const given = call.body(body);
    if (named(call.repository, given.name) !== undefined) {
      throw new GithubError(422, "Validation Failed", [{ resource: "Label", code: "already_exists", field: "name" }]);
    }
    const label = { id: call.state.newId(), ...given };
    labels(call.repository).push(label);
    return created(labelJson(call, label));
  }),
  route("GET /repos/:owner/:repo/labels/:name", "issues:read", (call) => ok(labelJson(call, find(call)))),
  route("PATCH /repos/:owner/:repo/labels/:name", "issues:write", (call) => {
    const { new_name, color, description } = call.body(
      z.object({ new_name: z.string(), color: z.string(), description: z.string().nullable() }).partial(),
    );
    const label = find(call);
    label.name = new_name ?? label.name;
    label.color = color ?? label.color;
    if (description !== undefined) label.description = description;
    return ok(labelJson(call, label));
  }),
  route("DELETE /repos/:owner/:repo/labels/:name", "issues:write", (call) => {
    const all = labels(call.repository);
    all.splice(all.indexOf(find(call)), 1);
    return NO_CONTENT;
  }),
];

/** The label of a name, however it is written; made when an issue gets one that is not there, as GitHub does. */
export function labelOf(state: GithubState, repository: Repository, name: string): Label {
  const present = named(repository, name);
  if (present !== undefined) return present;
  const label = { id: state.newId(), name, color: "ededed", description: null };
  labels(repository).push(label);
  return label;
}

function named(repository: Repository, name: string): Label | undefined {
  return labels(repository).find((label) => label.name.toLowerCase() === name.toLowerCase());
}

function find(call: Call): Label {
  const label = named(call.repository, call.param("name"));
  if (label === undefined) throw notFound();
  return label;
}

function labelJson({ state, repository }: Call, label: Label) {
  return { ...label, url: `${state.url}/repos/${repository.fullName}/labels/${encodeURIComponent(label.name)}` };
}
