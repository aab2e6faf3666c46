import { sql } from "kysely";
import { requestStatusListSchema } from "../../../../features/requests/index.ts";
import type { RequestStatus } from "../../../../features/requests/index.ts";
import { UserError } from "../../../../lib/userError.ts";
import type { Database } from "../../../database/connect.ts";

/** Where the program that opens requests tells what became of them: a sandbox's forge does, n8n does not. */
export interface StatusPlace {
  readonly url: string;
  /** May read, and nothing else. */
  readonly token: string;
}

/** Takes over what no pull request says: why a request was refused before it had one, and how its deployment ended. */
export async function statuses(database: Database, { url, token }: StatusPlace): Promise<void> {
  let list: RequestStatus[];
  try {
    const response = await fetch(new URL("requests", `${url.replace(/\/$/, "")}/`), {
      headers: { authorization: `Bearer ${token}` },
      signal: AbortSignal.timeout(10_000),
    });
    if (!response.ok) throw new Error(`it answered ${response.status}`);
    list = requestStatusListSchema.parse(await response.json());
  } catch (error) {
    throw new UserError(
      `${url} does not tell what became of requests: ${error instanceof Error ? error.message : "?"}`,
    );
  }
  for (const { id, state, reason, updatedAt } of list) {
    const isTold = ["refused", "rejected", "expired", "failed", "deploying", "done"].includes(state);
    if (!isTold) continue;
    await database
      .updateTable("requests")
      .set({
        state,
        problem: reason ?? null,
        updated_at: updatedAt,
        ...(state === "done" && { steps: sql<string>`steps || jsonb_build_object('deployed', ${updatedAt}::text)` }),
      })
      .where("id", "=", id)
      .where((builder) =>
        builder.or([builder("state", "!=", state), builder("problem", "is distinct from", reason ?? null)]),
      )
      .execute();
  }
}
