import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { readText } from "../../../config/files.ts";
import { formatDiagnostics, loadProjectFiles } from "../../../config/index.ts";
import type { ProjectFiles, Tenant } from "../../../config/index.ts";
import { tenantFile } from "../../../config/rules/rule.ts";
import { UserError } from "../../../lib/userError.ts";
import { monthlyCost } from "../../domain/cost.ts";
import type { Source } from "../source.ts";

/** Rows of one INSERT: PostgreSQL takes 65,535 parameters. */
const BATCH = 1000;

/** Tenants' files and archive records of a clone at its main branch. */
export function filesSource(root: string): Source {
  return {
    name: "files",
    rhythm: 60,
    read: async ({ database }) => {
      const result = loadProjectFiles(root);
      if (!result.ok) throw new UserError(`The main branch is not valid:\n${formatDiagnostics(result.diagnostics)}`);
      const { tenants, archive, plans } = result.projectFiles;
      const rows = [
        ...[...tenants.values()].map((tenant) => rowOf(root, tenant, plans)),
        ...[...archive.values()].filter(({ id }) => !tenants.has(id)).map(archivedRow),
      ];
      await database.transaction().execute(async (transaction) => {
        for (let from = 0; from < rows.length; from += BATCH) {
          await transaction
            .insertInto("tenants")
            .values(rows.slice(from, from + BATCH))
            .onConflict((conflict) =>
              conflict.column("id").doUpdateSet((builder) => ({
                display_name: builder.ref("excluded.display_name"),
                team: builder.ref("excluded.team"),
                email: builder.ref("excluded.email"),
                country: builder.ref("excluded.country"),
                plan: builder.ref("excluded.plan"),
                lifecycle: builder.ref("excluded.lifecycle"),
                hold_until: builder.ref("excluded.hold_until"),
                bundles: builder.ref("excluded.bundles"),
                environments: builder.ref("excluded.environments"),
                cost: builder.ref("excluded.cost"),
                currency: builder.ref("excluded.currency"),
                file: builder.ref("excluded.file"),
                yaml: builder.ref("excluded.yaml"),
                archived: builder.ref("excluded.archived"),
                search: builder.ref("excluded.search"),
              })),
            )
            .execute();
        }
        const ids = rows.map(({ id }) => id);
        await transaction
          .deleteFrom("tenants")
          .where((builder) => builder.not(builder("id", "=", builder.fn.any(builder.val(ids)))))
          .execute();
      });
      return { asOf: newestIn(join(root, "tenants")) };
    },
  };
}

/** When a folder, or a file in it, was changed last. */
function newestIn(folder: string): Date {
  const paths = [folder, ...readdirSync(folder).map((name) => join(folder, name))];
  return new Date(Math.max(...paths.map((path) => statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0)));
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
