import { allowed } from "../../../api/access.ts";
import type { preflightInputSchema } from "../../../api/requests.ts";
import type { z } from "zod";
import { readRequest } from "../../../../features/requests/index.ts";
import type { Request } from "../../../../features/requests/index.ts";
import type { Diagnostic } from "../../../../config/index.ts";
import { audit } from "../../audit.ts";
import { Problem } from "../../problem.ts";
import type { Call } from "../../route.ts";

/** What a page asks for, of which the rest is the session's. */
type Asked = z.output<typeof preflightInputSchema> & Pick<Request, "id" | "approver" | "reason">;

/** @throws Problem where the person's roles do not include a request's action, which its body says */
export async function requireAction(
  { services, person }: Call<unknown, unknown>,
  asked: Pick<Asked, "action" | "tenant">,
) {
  const action = `request:${asked.action}` as const;
  if (allowed(person, action)) return;
  services.metrics.denied(action);
  await audit(services.database, { login: person.login, action, outcome: "denied", tenant: asked.tenant });
  throw new Problem(403, `Your roles (${person.roles.join(", ")}) do not include ${action}`);
}

/** The request as it would be sent: by the console, on behalf of the person whose session it is. */
export function requestOf(
  { services: { settings, project }, person }: Call<unknown, unknown>,
  { action, id, tenant, approver, reason, file, changes, holdUntil }: Asked,
): { readonly request: Request; readonly text: string } | { readonly diagnostics: readonly Diagnostic[] } {
  const text = JSON.stringify({
    id,
    tenant,
    requester: settings.CONSOLE_REQUESTS_LOGIN,
    onBehalfOf: person.login,
    approver,
    reason,
    ...(action === "create" && { file: file ?? {} }),
    ...(action === "change" && { changes: changes ?? {} }),
    ...(action === "decommission" && holdUntil !== undefined && { holdUntil }),
  });
  const read = readRequest(action, "request.json", text, project.approvers());
  return "diagnostics" in read ? read : { request: read.request, text };
}
