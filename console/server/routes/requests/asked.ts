import { allowed, reach } from "../../../api/access.ts";
import type { Principal } from "../../../api/access.ts";
import type { preflightInputSchema } from "../../../api/requests.ts";
import type { z } from "zod";
import { readRequest } from "../../../../features/requests/index.ts";
import type { Request } from "../../../../features/requests/index.ts";
import { tenantFile } from "../../../../config/rules/rule.ts";
import type { Diagnostic } from "../../../../config/index.ts";
import { audit } from "../../audit.ts";
import { Problem } from "../../problem.ts";
import type { Call } from "../../route.ts";
import { noTenant } from "../tenants/find.ts";

/** What a request is called in messages. */
const REQUEST_FILE = "request.json";

/** What a page asks for, of which the rest is the session's. */
type Asked = z.output<typeof preflightInputSchema> & Pick<Request, "id" | "approver" | "reason">;

/** @throws Problem where the person's roles do not include a request's action, which its body says, or not for this tenant */
export async function requireAction(
  { services, person }: Call<unknown, unknown>,
  asked: Pick<Asked, "action" | "tenant">,
) {
  const action = `request:${asked.action}` as const;
  if (allowed(person, action, { tenant: asked.tenant })) return;
  services.metrics.denied(action);
  await audit(services.database, { login: person.login, action, outcome: "denied", tenant: asked.tenant });
  // Another tenant is as one that is not there.
  if (reach(person, action) !== "none") throw noTenant(asked.tenant);
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
  const read = readRequest(action, REQUEST_FILE, text, project.approvers());
  return "diagnostics" in read ? read : { request: read.request, text };
}

/** Problems as a person may read them: those of others' files may name others, and people of a tenant see that there are some. */
export function shownProblems(
  { tenant }: Pick<Principal, "tenant">,
  diagnostics: readonly Diagnostic[],
): readonly Diagnostic[] {
  if (tenant === undefined) return diagnostics;
  const own = diagnostics.filter(({ file }) => file === tenantFile(tenant) || file === REQUEST_FILE);
  if (own.length === diagnostics.length) return own;
  const message = "does not fit to the platform's other settings: ask the operators of the platform";
  return [...own, { file: tenantFile(tenant), line: 1, column: 1, path: "", message }];
}
