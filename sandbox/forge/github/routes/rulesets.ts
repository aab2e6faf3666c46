import { created, NO_CONTENT, notFound, ok, page, route } from "../http.ts";
import type { Call, Route } from "../http.ts";
import { rulesetBody, rulesets } from "../protection.ts";
import type { Ruleset } from "../protection.ts";
import type { Repository } from "../state.ts";

export const rulesetRoutes: readonly Route[] = [
  route("GET /repos/:owner/:repo/rulesets", "metadata:read", (call) =>
    page(
      call,
      [...rulesets(call.repository).values()].map((ruleset) =>
        rulesetJson(call.repository, { ...ruleset, rules: undefined }),
      ),
    ),
  ),
  route("POST /repos/:owner/:repo/rulesets", "administration:write", (call) => {
    const ruleset = { ...call.body(rulesetBody), id: call.state.newId() };
    rulesets(call.repository).set(ruleset.id, ruleset);
    return created(rulesetJson(call.repository, ruleset));
  }),
  route("GET /repos/:owner/:repo/rulesets/:id", "metadata:read", (call) =>
    ok(rulesetJson(call.repository, find(call))),
  ),
  route("PUT /repos/:owner/:repo/rulesets/:id", "administration:write", (call) => {
    const ruleset = { ...call.body(rulesetBody), id: find(call).id };
    rulesets(call.repository).set(ruleset.id, ruleset);
    return ok(rulesetJson(call.repository, ruleset));
  }),
  route("DELETE /repos/:owner/:repo/rulesets/:id", "administration:write", (call) => {
    rulesets(call.repository).delete(find(call).id);
    return NO_CONTENT;
  }),
];

function find(call: Call): Ruleset {
  const ruleset = rulesets(call.repository).get(Number(call.param("id")));
  if (ruleset === undefined) throw notFound();
  return ruleset;
}

function rulesetJson(repository: Repository, ruleset: object) {
  return { source_type: "Repository", source: repository.fullName, ...ruleset };
}
