import { createHash } from "node:crypto";
import { existsSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { readText } from "../../../config/files.ts";
import { formatDiagnostics, loadProjectFiles } from "../../../config/index.ts";
import type { ProjectFiles, Tenant } from "../../../config/index.ts";
import { tenantFile } from "../../../config/rules/rule.ts";
import { PROJECT_ROOT } from "../../../lib/projectRoot.ts";
import { UserError } from "../../../lib/userError.ts";
import { monthlyCost } from "../../domain/cost.ts";
import { fingerprint, projectFingerprint } from "../../domain/fingerprint.ts";
import type { Source } from "../source.ts";

/** Rows of one INSERT: PostgreSQL takes 65,535 parameters. */
const BATCH = 1000;

/** Columns of a row as it is read; the others are derived. */
const COLUMNS = [
  "display_name",
  "team",
  "email",
  "country",
  "plan",
  "lifecycle",
  "hold_until",
  "bundles",
  "environments",
  "cost",
  "currency",
  "file",
  "yaml",
  "archived",
  "search",
  "digest",
] as const;

/** The code that files are read and made into rows by: another version may read them differently. */
const CODE = ["config", "console/collector", "console/domain"];

/** Tenants' files and archive records of a clone at its main branch. */
export function filesSource(root: string): Source {
  return {
    name: "files",
    rhythm: 60,
    read: async ({ database, cursor }) => {
      const asOf = newestIn(join(root, "tenants"));
      // Before the files are read: what changes meanwhile is read the next time.
      const state = stateOf(root);
      if (state === cursor) return { cursor, asOf };
      const result = loadProjectFiles(root);
      if (!result.ok) throw new UserError(`The main branch is not valid:\n${formatDiagnostics(result.diagnostics)}`);
      const { tenants, archive, plans } = result.projectFiles;
      const rows = [
        ...[...tenants.values()].map((tenant) => rowOf(root, tenant, plans)),
        ...[...archive.values()].filter(({ id }) => !tenants.has(id)).map(archivedRow),
      ].map((row) => ({ ...row, digest: createHash("sha256").update(JSON.stringify(row)).digest("base64") }));
      await database.transaction().execute(async (transaction) => {
        const known = await transaction.selectFrom("tenants").select(["id", "digest"]).execute();
        const digests = new Map(cursor === undefined ? [] : known.map(({ id, digest }) => [id, digest]));
        const changed = rows.filter(({ id, digest }) => digests.get(id) !== digest);
        for (let from = 0; from < changed.length; from += BATCH) {
          await transaction
            .insertInto("tenants")
            .values(changed.slice(from, from + BATCH))
            .onConflict((conflict) =>
              conflict
                .column("id")
                .doUpdateSet((builder) =>
                  Object.fromEntries(COLUMNS.map((column) => [column, builder.ref(`excluded.${column}`)])),
                ),
            )
            .execute();
        }
        const ids = rows.map(({ id }) => id);
        await transaction
          .deleteFrom("tenants")
          .where((builder) => builder.not(builder("id", "=", builder.fn.any(builder.val(ids)))))
          .execute();
      });
      return { cursor: state, asOf };
    },
  };
}

/** When a folder, or a file in it, was changed last; undefined for a missing folder. */
function newestIn(folder: string): Date | undefined {
  if (!existsSync(folder)) return undefined;
  const paths = [folder, ...readdirSync(folder).map((name) => join(folder, name))];
  return new Date(Math.max(...paths.map((path) => statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0)));
}

function stateOf(root: string): string {
  return `${projectFingerprint(root)} ${fingerprint(PROJECT_ROOT, CODE)}`;
}

function rowOf(root: string, tenant: Tenant, plans: ProjectFiles["plans"]) {
  const { id, displayName, owner, company, lifecycle, decommission, plan, bundles, environments } = tenant;
  const text = readText(root, tenantFile(id));
  const cost = monthlyCost(tenant, plans);
  return {
    id,
    display_name: displayName,
    team: owner.team,
    email: owner.email,
    country: company.country ?? null,
    plan,
    lifecycle,
    hold_until: decommission?.holdUntil ?? null,
    bundles: [...bundles],
    environments: Object.keys(environments),
    cost: cost?.amount ?? null,
    currency: cost?.currency ?? null,
    file: JSON.stringify(tenant),
    yaml: "text" in text ? text.text : null,
    archived: false,
    search: [id, displayName, owner.team, company.country ?? ""].join(" ").toLowerCase(),
  };
}

/** What is left of a tenant whose file is gone. */
function archivedRow({ id, displayName }: { readonly id: string; readonly displayName: string }) {
  return {
    id,
    display_name: displayName,
    team: "",
    email: "",
    country: null,
    plan: "",
    lifecycle: "archived",
    hold_until: null,
    bundles: [],
    environments: [],
    cost: null,
    currency: null,
    file: null,
    yaml: null,
    archived: true,
    search: `${id} ${displayName}`.toLowerCase(),
  };
}
