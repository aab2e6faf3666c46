import { createHash } from "node:crypto";
import { z } from "zod";
import { formatDiagnostics } from "../../../../config/index.ts";
import {
  canonical,
  prove,
  REQUEST_ID,
  RequestRefusal,
  send,
  UnknownOutcome,
} from "../../../../features/requests/index.ts";
import { requestInputSchema } from "../../../api/requests.ts";
import type { Database } from "../../../database/connect.ts";
import { audit } from "../../audit.ts";
import { Problem } from "../../problem.ts";
import { preflight } from "../../project/preflight.ts";
import { nothing, route } from "../../route.ts";
import type { Call } from "../../route.ts";
import { requestOf, requireAction, shownProblems } from "./asked.ts";

type Input = z.output<typeof requestInputSchema>;

export const createRequest = route({
  method: "post",
  path: "/requests",
  action: "request:check",
  isScoped: true,
  summary: "Sends a signed request; the same id again is the same request",
  query: nothing,
  body: requestInputSchema,
  answer: z.object({ id: z.string() }),
  status: 202,
  refusals: [409, 502],
  handle: async (call) => {
    const { body, person, services } = call;
    await requireAction(call, body);
    const entry = { login: person.login, action: `request:${body.action}`, tenant: body.tenant };
    try {
      const outcome = await ask(call);
      await audit(services.database, { ...entry, outcome: "allowed", detail: `${body.id}: ${outcome}` });
      return { id: body.id };
    } catch (error) {
      const detail = error instanceof Error ? `${body.id}: ${error.message}` : body.id;
      if (error instanceof Problem) await audit(services.database, { ...entry, outcome: "failed", detail });
      throw error;
    }
  },
});

/** Sends a request, unless it was sent before. @returns what came of it @throws Problem where it is refused */
async function ask(call: Call<unknown, Input>): Promise<string> {
  const { body, person, services } = call;
  const { database, project, settings } = services;
  if (!REQUEST_ID.test(body.id)) throw new Problem(422, "id: expected 8 to 64 lower-case letters, digits and hyphens");
  const asked = requestOf(call, body);
  if ("diagnostics" in asked) throw new Problem(422, formatDiagnostics(shownProblems(person, asked.diagnostics)));
  const { request, text } = asked;
  const digest = createHash("sha256").update(canonical(request)).digest("base64");
  if (await wasSent(database, body, person.login, digest)) return "sent before";
  const { diagnostics, diff } = preflight(project.root, request, project.files());
  if (diagnostics.length > 0) throw new Problem(422, formatDiagnostics(shownProblems(person, diagnostics)));
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
      digest,
      file: body.action === "create" && body.file !== undefined ? JSON.stringify(body.file) : null,
    })
    .onConflict((conflict) => conflict.column("id").doNothing())
    .executeTakeFirstOrThrow();
  if (numInsertedOrUpdatedRows === 0n && (await wasSent(database, body, person.login, digest))) return "sent before";
  const secret = settings.CONSOLE_REQUESTS_SECRET;
  const own = database.updateTable("requests").where("id", "=", body.id).where("state", "=", "received");
  try {
    await send(settings.CONSOLE_REQUESTS_URL, { action: body.action, body: text, proof, secret });
    await own.set({ problem: null }).execute();
    return body.reason;
  } catch (error) {
    if (!(error instanceof RequestRefusal)) throw error;
    if (error instanceof UnknownOutcome) {
      // It may be on its way: the row stays, and the same request can be sent again.
      await own.set({ problem: error.message, updated_at: new Date() }).execute();
      return `not known whether it arrived: ${error.message}`;
    }
    // Nothing was accepted: the form's next try is the same request.
    await database.deleteFrom("requests").where("id", "=", body.id).execute();
    throw new Problem(502, error.message, "Nothing was changed. Try again, or see docs/runbooks/request-failed.md");
  }
}

/** Whether the same request was sent before, and arrived as far as is known. @throws Problem where the id is another request's */
async function wasSent(
  database: Database,
  { id, action, tenant }: Pick<Input, "id" | "action" | "tenant">,
  login: string,
  digest: string,
): Promise<boolean> {
  const known = await database.selectFrom("requests").selectAll().where("id", "=", id).executeTakeFirst();
  if (known === undefined) return false;
  const isSame = known.requester === login && known.action === action && known.tenant === tenant;
  // Of a request that the console did not send itself, its pull request has the content.
  if (isSame && (known.digest === null || known.digest === digest)) {
    return !(known.state === "received" && known.problem !== null);
  }
  throw new Problem(409, `The id ${id} is another request's`, "Open the form again to ask for something else");
}
