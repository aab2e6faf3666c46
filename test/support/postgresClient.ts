import { realpathSync } from "node:fs";
import { dirname } from "node:path";
import { ensureParts } from "../../sandbox/toolchain/ensure.ts";
import { allParts } from "../../sandbox/toolchain/parts.ts";
import { postgresVersion } from "./postgresVersion.ts";

/** Folder with `pg_dump`, `pg_restore` and `psql` of version 18. */
export async function newestPostgresClient(): Promise<string> {
  const [client] = await ensureParts(allParts().filter(({ name }) => name === "postgresql-client"));
  if (client === undefined) throw new Error("no part postgresql-client in sandbox/toolchain/parts.ts");
  return dirname(realpathSync(`${client.dir}/pg_dump-18`));
}

/** Folder of a client that can dump the servers that tests start; undefined when it is the one on PATH. */
export async function postgresClient(): Promise<string | undefined> {
  return postgresVersion === 15 ? undefined : newestPostgresClient();
}
