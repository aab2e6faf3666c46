import type { Principal } from "../../../api/access.ts";
import type { Database } from "../../../database/connect.ts";
import { Problem } from "../../problem.ts";

/** A request's row. @throws Problem where there is no such request, or none that the person may see */
export async function findRequest(database: Database, { tenant }: Pick<Principal, "tenant">, id: string) {
  const row = await database
    .selectFrom("requests")
    .selectAll()
    .where("id", "=", id)
    .$if(tenant !== undefined, (own) => own.where("tenant", "=", tenant ?? ""))
    .executeTakeFirst();
  if (row === undefined) throw new Problem(404, `There is no request ${JSON.stringify(id)}`, "Look for it in the list");
  return row;
}
