import type { Session } from "./database.ts";
import { combinedChecksum, type SqlFile } from "../../lib/sqlFiles.ts";

/** Notes which files made one part of what is there, in place of those noted before. */
export async function recordFiles(
  session: Session,
  table: string,
  part: string,
  files: readonly SqlFile[],
): Promise<void> {
  await session.query(`DELETE FROM ${table} WHERE part = $1`, [part]);
  await session.query(`INSERT INTO ${table} (part, file, checksum) SELECT $1, * FROM unnest($2::text[], $3::text[])`, [
    part,
    files.map(({ path }) => path),
    files.map(({ checksum }) => checksum),
  ]);
}

/** Combined checksum of the files that made a part of what is there; `undefined` when even the table for it is missing. */
export async function recordedChecksum(session: Session, table: string, part: string): Promise<string | undefined> {
  const found = await session.query<{ found: boolean }>("SELECT to_regclass($1) IS NOT NULL AS found", [table]);
  if (found.rows[0]?.found !== true) return undefined;
  const { rows } = await session.query<Pick<SqlFile, "path" | "checksum">>(
    `SELECT file AS path, checksum FROM ${table} WHERE part = $1`,
    [part],
  );
  return combinedChecksum(rows);
}
