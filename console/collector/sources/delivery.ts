import { formatDiagnostics, loadProjectFiles } from "../../../config/index.ts";
import { hasStandings, standings } from "../../../features/delivery/standing.ts";
import type { Standing } from "../../../features/delivery/standing.ts";
import { PROJECT_ROOT } from "../../../lib/projectRoot.ts";
import { UserError } from "../../../lib/userError.ts";
import { fingerprint, projectFingerprint } from "../../domain/fingerprint.ts";
import type { Source } from "../source.ts";

/** Rows of one INSERT: PostgreSQL takes 65,535 parameters. */
const BATCH = 1000;

/** The code that decides what is attested and promoted. */
const CODE = ["config", "console/collector", "features/delivery", "policies/lib"];

/** Attestations and promotions of a clone at its main branch, compared with what its files say now. */
export function deliverySource(root: string): Source {
  return {
    name: "delivery",
    rhythm: 60,
    read: async ({ database, cursor }) => {
      // Before the files are read: what changes meanwhile is read the next time.
      const state = [fingerprint(root, ["promotions"]), projectFingerprint(root), fingerprint(PROJECT_ROOT, CODE)].join(
        " ",
      );
      if (state === cursor) return { cursor, asOf: await newest() };
      const rows = read(root).map(({ tenant, attestation, promoted }) => ({
        tenant,
        attestation: attestation?.file ?? null,
        attested_at: attestation?.finishedOn ?? null,
        is_attested: attestation?.isCurrent ?? false,
        promoted: [...promoted],
      }));
      await database.transaction().execute(async (transaction) => {
        await transaction.deleteFrom("deliveries").execute();
        for (let from = 0; from < rows.length; from += BATCH) {
          await transaction
            .insertInto("deliveries")
            .values(rows.slice(from, from + BATCH))
            .execute();
        }
      });
      return { cursor: state, asOf: await newest() };

      /** When the newest attestation was made. */
      async function newest(): Promise<Date | undefined> {
        const row = await database
          .selectFrom("deliveries")
          .select((builder) => builder.fn.max("attested_at").as("at"))
          .executeTakeFirst();
        return row?.at ?? undefined;
      }
    },
  };
}

/** Without an attestation or a promotion, the tenants need not be read: there may be thousands. */
function read(root: string): Standing[] {
  if (!hasStandings(root)) return [];
  const result = loadProjectFiles(root);
  if (result.ok) return standings(root, result.projectFiles);
  throw new UserError(`The main branch is not valid:\n${formatDiagnostics(result.diagnostics)}`);
}
