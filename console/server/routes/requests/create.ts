import { z } from "zod";
import { formatDiagnostics } from "../../../../config/index.ts";
import { prove, REQUEST_ID, RequestRefusal, send } from "../../../../features/requests/index.ts";
import { requestInputSchema } from "../../../api/requests.ts";
import type { Database } from "../../../database/connect.ts";
import { audit } from "../../audit.ts";
import { Problem } from "../../problem.ts";
import { preflight } from "../../project/preflight.ts";
import { nothing, route } from "../../route.ts";
import { requestOf, requireAction } from "./asked.ts";

export const createRequest = route({
  method: "post",
  path: "/requests",
  action: "request:check",
  summary: "Sends a signed request; the same id again is the same request",
  query: nothing,
  body: requestInputSchema,
  answer: z.object({ id: z.string() }),
  status: 202,
  refusals: [409, 502],
  handle: async (call) => {
    const { body, person, services } = call;
    const { database, project, settings } = services;
    await requireAction(call, body);
    if (!REQUEST_ID.test(body.id))
      throw new Problem(422, "id: expected 8 to 64 lower-case letters, digits and hyphens");
    const asked = requestOf(call, body);
    if ("diagnostics" in asked) throw new Problem(422, formatDiagnostics(asked.diagnostics));
    const { request, text } = asked;
    const entry = { login: person.login, action: `request:${body.action}`, tenant: body.tenant };
    if (await isKnown(database, body, person.login)) return { id: body.id };
    const { diagnostics, diff } = preflight(project.root, request, project.files());
    if (diagnostics.length > 0) {
      await audit(database, { ...entry, outcome: "failed", detail: "refused by the checks" });
      throw new Problem(422, formatDiagnostics(diagnostics));
    }
    const now = new Date();
    const proof = prove(request, settings.CONSOLE_REQUESTS_KEY, now);
    // First the row, then the request: what was sent is never unknown here, and a second click finds the row.
    const { numInsertedOrUpdatedRows } = await database
      .insertInto("requests")
      .values({
        id: body.id,
        action: body.action,
        tenant: body.tenant,
        requester: person.login,
        approver: body.approver,
        reason: body.reason,
        state: "received",
        opened_at: now,
        updated_at: now,
        diff: diff ?? null,
        steps: JSON.stringify({ received: now.toISOString() }),
      })
      .onConflict((conflict) => conflict.column("id").doNothing())
      .executeTakeFirstOrThrow();
    if (numInsertedOrUpdatedRows === 0n && (await isKnown(database, body, person.login))) return { id: body.id };
    try {
      await send(settings.CONSOLE_REQUESTS_URL, {
        action: body.action,
        body: text,
        proof,
        secret: settings.CONSOLE_REQUESTS_SECRET,
      });
    } catch (error) {
      if (!(error instanceof RequestRefusal)) throw error;
      // Nothing was accepted: the form's next try is the same request.
      await database.deleteFrom("requests").where("id", "=", body.id).execute();
      await audit(database, { ...entry, outcome: "failed", detail: error.message });
      throw new Problem(502, error.message, "Nothing was changed. Try again, or see docs/runbooks/request-failed.md");
    }
    await audit(database, { ...entry, outcome: "allowed", detail: `${body.id}: ${body.reason}` });
    return { id: body.id };
  },
});

/** Whether the same request was sent before. @throws Problem where the id is another request's */
async function isKnown(
  database: Database,
  { id, action, tenant }: Pick<z.output<typeof requestInputSchema>, "id" | "action" | "tenant">,
  login: string,
): Promise<boolean> {
  const known = await database.selectFrom("requests").selectAll().where("id", "=", id).executeTakeFirst();
  if (known === undefined) return false;
  if (known.requester === login && known.action === action && known.tenant === tenant) return true;
  throw new Problem(409, `The id ${id} is another request's`, "Open the form again to ask for something else");
}
