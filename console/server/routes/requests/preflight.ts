import { isSameLogin } from "../../../../config/approvers.ts";
import { preflightInputSchema, preflightSchema } from "../../../api/requests.ts";
import { preflight } from "../../project/preflight.ts";
import { nothing, route } from "../../route.ts";
import { requestOf, requireAction, shownProblems } from "./asked.ts";

/** Stands for what a form has not asked yet. */
const UNASKED = { id: "not-sent-yet", reason: "Not sent yet" };

export const checkRequest = route({
  method: "post",
  path: "/preflight",
  action: "request:check",
  isScoped: true,
  summary: "What a request would do: validation, lifecycle, modules, cost, and who else is touched; nothing is sent",
  query: nothing,
  body: preflightInputSchema,
  answer: preflightSchema,
  handle: async (call) => {
    await requireAction(call, call.body);
    const { project } = call.services;
    const approver = project.approvers().find((login) => !isSameLogin(login, call.person.login)) ?? "";
    const asked = requestOf(call, { ...call.body, ...UNASKED, approver });
    if ("diagnostics" in asked) {
      return {
        ok: false,
        diagnostics: [...shownProblems(call.person, asked.diagnostics)],
        effects: [],
        touches: [],
        hosts: [],
        cost: {},
      };
    }
    const { tenant } = call.person;
    const { yaml, touches, diagnostics, ...result } = preflight(project.root, asked.request, project.files());
    return {
      ...result,
      diagnostics: [...shownProblems(call.person, diagnostics)],
      touches: tenant === undefined ? touches : touches.filter((id) => id === tenant),
      yaml: tenant === undefined ? yaml : undefined,
    };
  },
});
