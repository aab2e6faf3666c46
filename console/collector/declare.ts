import { createHash } from "node:crypto";
import { tenantSchema } from "../../config/schemas/tenant.ts";
import { FINAL_STATES } from "../../features/requests/index.ts";
import type { Database } from "../database/connect.ts";

/** Lifecycle of a tenant whose file is not on the main branch yet: an open request would add it. */
export const DECLARED = "declared";

/** Makes a row of each tenant that an open request would create, and removes those whose request has ended otherwise. */
export async function declare(database: Database): Promise<void> {
  const open = await database
    .selectFrom("requests")
    .distinctOn("tenant")
    .select(["tenant", "file"])
    .where("action", "=", "create")
    .where("state", "not in", [...FINAL_STATES])
    .where((builder) =>
      builder.not(
        builder.exists(
          builder
            .selectFrom("tenants")
            .select("id")
            .whereRef("tenants.id", "=", "requests.tenant")
            .where("lifecycle", "<>", DECLARED),
        ),
      ),
    )
    .orderBy("tenant")
    .orderBy("opened_at", "desc")
    .execute();
  await database
    .deleteFrom("tenants")
    .where("lifecycle", "=", DECLARED)
    .$if(open.length > 0, (some) =>
      some.where(
        "id",
        "not in",
        open.map(({ tenant }) => tenant),
      ),
    )
    .execute();
  for (const { tenant, file } of open) {
    const { id, ...row } = rowOf(tenant, file);
    const digest = createHash("sha256").update(JSON.stringify(row)).digest("base64");
    await database
      .insertInto("tenants")
      .values({ id, ...row, digest, status: DECLARED })
      .onConflict((conflict) =>
        conflict
          .column("id")
          .doUpdateSet({ ...row, digest })
          .where("tenants.digest", "is distinct from", digest),
      )
      .execute();
  }
}

/** @param file what the request says the file will be; another version's may not be valid here */
function rowOf(id: string, file: unknown) {
  const parsed = tenantSchema.safeParse(file).data;
  const { displayName = id, owner, company, plan = "", bundles = [], environments = {} } = parsed ?? {};
  const { team = "", email = "" } = owner ?? {};
  return {
    id,
    display_name: displayName,
    team,
    email,
    country: company?.country ?? null,
    plan,
    lifecycle: DECLARED,
    hold_until: null,
    bundles: [...bundles],
    environments: Object.keys(environments),
    cost: null,
    currency: null,
    file: parsed === undefined ? null : JSON.stringify(parsed),
    yaml: null,
    archived: false,
    search: [id, displayName, team, company?.country ?? ""].join(" ").toLowerCase(),
  };
}
