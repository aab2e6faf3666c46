import { createHash } from "node:crypto";
import { existsSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { dayOf } from "../../../config/lifecycle.ts";
import { formatDiagnostics, loadProjectFiles } from "../../../config/index.ts";
import type { ProjectFiles, Tenant, TenantFile } from "../../../config/index.ts";
import { PROJECT_ROOT } from "../../../lib/projectRoot.ts";
import { UserError } from "../../../lib/userError.ts";
import type { Database } from "../../database/connect.ts";
import { monthlyCost } from "../../domain/cost.ts";
import { projectFingerprint, readerVersion } from "../../domain/fingerprint.ts";
import { DECLARED } from "../declare.ts";
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

/** Tenants' files and archive records of a clone at its main branch. @param code folder of the program that reads them */
export function filesSource(root: string, code: string = PROJECT_ROOT): Source {
  const reader = readerVersion(code);
  return {
    name: "files",
    rhythm: 60,
    read: async ({ database, cursor }) => {
      const asOf = newestIn(join(root, "tenants"));
      // Before the files are read: what changes meanwhile is read the next time. A day may begin with new prices.
      const state = `${projectFingerprint(root)} ${dayOf(new Date())} ${reader}`;
      if (state === cursor) return { cursor, asOf };
      // What another version of the reader made of a text is not what this one makes of it.
      const isSameReader = cursor?.split(" ").at(-1) === reader;
      const known = isSameReader ? await knownFiles(database) : new Map<string, KnownFile>();
      const texts = new Map<string, string>();
      const result = loadProjectFiles(root, [], (id, text) => {
        texts.set(id, text);
        const last = known.get(id);
        return last?.yaml === text ? last.file : undefined;
      });
      if (!result.ok) throw new UserError(`The main branch is not valid:\n${formatDiagnostics(result.diagnostics)}`);
      await write(database, rowsOf(result.projectFiles, texts), cursor === undefined);
      return { cursor: state, asOf };
    },
  };
}

/** A tenant's file as it was read last. */
interface KnownFile {
  readonly yaml: string;
  readonly file: TenantFile;
}

async function knownFiles(database: Database): Promise<ReadonlyMap<string, KnownFile>> {
  const rows = await database.selectFrom("tenants").select(["id", "yaml", "file"]).execute();
  return new Map(
    rows.flatMap(({ id, yaml, file }) => (yaml === null || file === null ? [] : [[id, { yaml, file }] as const])),
  );
}

/** A row for each tenant, and for each record in the archive whose tenant is gone. */
function* rowsOf(files: ProjectFiles, texts: ReadonlyMap<string, string>) {
  const { tenants, archive } = files;
  for (const tenant of tenants.values()) yield rowOf(tenant, texts.get(tenant.id) ?? null, files);
  for (const record of archive.values()) if (!tenants.has(record.id)) yield archivedRow(record);
}

type Row = ReturnType<typeof rowOf> | ReturnType<typeof archivedRow>;

/** Writes the rows that differ from those that are there, and deletes those that are left. @param isFull also what seems the same */
async function write(database: Database, rows: Iterable<Row>, isFull: boolean): Promise<void> {
  await database.transaction().execute(async (transaction) => {
    // Those that are only declared have no file yet.
    const known = await transaction
      .selectFrom("tenants")
      .select(["id", "digest"])
      .where("lifecycle", "<>", DECLARED)
      .execute();
    const digests = new Map(known.map(({ id, digest }) => [id, digest]));
    let batch: (Row & { readonly digest: string })[] = [];
    const flush = async (): Promise<void> => {
      if (batch.length > 0) {
        await transaction
          .insertInto("tenants")
          .values(batch)
          .onConflict((conflict) =>
            conflict
              .column("id")
              .doUpdateSet((builder) =>
                Object.fromEntries(COLUMNS.map((column) => [column, builder.ref(`excluded.${column}`)])),
              ),
          )
          .execute();
      }
      batch = [];
    };
    for (const row of rows) {
      const digest = createHash("sha256").update(JSON.stringify(row)).digest("base64");
      if (isFull || digests.get(row.id) !== digest) batch.push({ ...row, digest });
      digests.delete(row.id);
      if (batch.length === BATCH) await flush();
    }
    await flush();
    const gone = [...digests.keys()];
    if (gone.length > 0) {
      await transaction
        .deleteFrom("tenants")
        .where((builder) => builder("id", "=", builder.fn.any(builder.val(gone))))
        .execute();
    }
  });
}

/** When a folder, or a file in it, was changed last; undefined for a missing folder. */
function newestIn(folder: string): Date | undefined {
  if (!existsSync(folder)) return undefined;
  const paths = [folder, ...readdirSync(folder).map((name) => join(folder, name))];
  return new Date(Math.max(...paths.map((path) => statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0)));
}

function rowOf(tenant: Tenant, yaml: string | null, files: ProjectFiles) {
  const { id, displayName, owner, company, lifecycle, decommission, plan, bundles, environments } = tenant;
  const cost = monthlyCost(tenant, files);
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
    yaml,
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
