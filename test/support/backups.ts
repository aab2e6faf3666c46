import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createHash } from "node:crypto";
import { dirname, join } from "node:path";
import { tmpdir } from "node:os";
import { delimiter } from "node:path";
import type { PostgresLogin } from "../../lib/postgresLogin.ts";
import { findPrograms } from "../../features/backups/programs.ts";
import type { Programs } from "../../features/backups/programs.ts";
import { ensureTools } from "../../sandbox/toolchain/ensure.ts";
import { renderSql, sqlFiles } from "../../lib/sqlFiles.ts";
import { startThrowAwayPostgres } from "./postgres.ts";
import type { ThrowAwayPostgres } from "./postgres.ts";
import { postgresClient } from "./postgresClient.ts";

/** A server with an administrator as the platform's, a tenant `acme` on it, and folders for a filestore and backups. */
export interface BackupFixture {
  readonly server: ThrowAwayPostgres;
  /** Removed at the end. */
  readonly folder: string;
  readonly admin: PostgresLogin;
  readonly acme: PostgresLogin;
  /** Odoo's data folder. */
  readonly data: string;
  stop(): Promise<void>;
}

const TABLES = `
  CREATE EXTENSION pg_trgm;
  CREATE TABLE res_partner (id serial PRIMARY KEY, name varchar, email varchar, image bytea);
  INSERT INTO res_partner (name, email, image)
    SELECT 'Partner ' || n, CASE WHEN n % 2 = 0 THEN 'p' || n || '@acme.example' END, decode(md5(n::text), 'hex')
    FROM generate_series(1, 300) AS n;
  INSERT INTO res_partner (name) VALUES (E'back\\\\slash, tab\\t, line\\nbreak and \\\\.'), (''), (NULL);
  CREATE INDEX res_partner__name_index ON res_partner USING gin (unaccent(name) gin_trgm_ops);
  CREATE TABLE "odd (table)" (id integer);
  CREATE TABLE no_columns ();
  CREATE TABLE account_move (id serial PRIMARY KEY, partner_id integer REFERENCES res_partner, amount numeric, at timestamp);
  INSERT INTO account_move (partner_id, amount, at)
    SELECT 1 + n % 300, n * 1.005, timestamp '2026-01-01' + n * interval '1 hour' FROM generate_series(1, 2000) AS n;
  SELECT lo_from_bytea(0, 'large object');
  CREATE SCHEMA reporting;
  CREATE VIEW reporting.moves_v1 AS SELECT partner_id, sum(amount) AS amount FROM account_move GROUP BY 1;
`;

/** Makes the fixture: about a second. */
export async function backupFixture(name: string): Promise<BackupFixture> {
  const server = await startThrowAwayPostgres(name);
  const folder = mkdtempSync(join(tmpdir(), "odoo-saas-backups-"));
  const login = { host: "127.0.0.1", port: server.port, sslmode: "disable" as const };
  const admin = { ...login, database: "postgres", user: "platform_admin", password: "admin-password" };
  const acme = { ...login, database: "acme", user: "acme", password: "acme-password" };
  await server.connect(async (client) => {
    await client.query("CREATE ROLE platform_admin LOGIN CREATEDB CREATEROLE PASSWORD 'admin-password'");
  });
  // By the administrator, as the program does: from version 16 on, who makes a role is what may give it.
  await server.connect(async (client) => {
    await client.query("CREATE ROLE acme LOGIN CONNECTION LIMIT 20 PASSWORD 'acme-password'");
  }, admin);
  await server.connect((client) =>
    client.query("CREATE DATABASE acme OWNER acme TEMPLATE template0 LC_COLLATE 'C' LC_CTYPE 'C.UTF-8'"),
  );
  await server.connect(async (client) => {
    const files = sqlFiles("tenant/base").filter(({ path }) => path.endsWith("_unaccent.sql"));
    for (const { text } of files) await client.query(renderSql(text, {}));
    await client.query(TABLES);
  }, acme);
  const data = join(folder, "data");
  for (const content of ["one", "two", "three"]) addFile(data, "acme", content);
  return {
    server,
    folder,
    admin,
    acme,
    data,
    stop: async () => {
      await server.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Puts a file into a filestore as Odoo does: named by its SHA-1. Returns its path in the filestore. */
export function addFile(data: string, database: string, content: string): string {
  const hash = createHash("sha1").update(content).digest("hex");
  const path = join(hash.slice(0, 2), hash);
  const file = join(data, "filestore", database, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, content);
  return path;
}

/**
 * The real programs: restic of the toolchain, and PostgreSQL's client.
 *
 * @param client folder of the client. Default: one that can dump the servers that tests start
 */
export async function backupPrograms(client?: string): Promise<Programs> {
  const [{ restic = "" }, fitting] = await Promise.all([ensureTools(["backup"]), postgresClient()]);
  const folders = [client ?? fitting, dirname(restic), process.env["PATH"]];
  return findPrograms({
    ...process.env,
    PATH: folders.filter((folder) => folder !== undefined).join(delimiter),
  });
}
