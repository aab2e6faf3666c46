import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { sql } from "kysely";
import { git } from "../../../lib/git.ts";
import { startThrowAwayPostgres } from "../../../test/support/postgres.ts";
import type { ThrowAwayPostgres } from "../../../test/support/postgres.ts";
import { VALID_PROJECT } from "../../../test/support/projectFolder.ts";
import { collect } from "../../collector/collect.ts";
import type { Collected } from "../../collector/collect.ts";
import type { Source } from "../../collector/source.ts";
import { connect } from "../../database/connect.ts";
import type { Database } from "../../database/connect.ts";
import { migrate } from "../../database/migrate.ts";
import { sourcesOf } from "../../server/sources.ts";
import { commit } from "./world.ts";

/** The console's database on a PostgreSQL server of its own, and a clone of a small project for the collector to read. */
export class Projections {
  readonly database: Database;
  readonly folder = mkdtempSync(join(tmpdir(), "odoo-saas-collector-"));
  readonly root = join(this.folder, "clone");
  readonly #postgres: ThrowAwayPostgres;

  private constructor(postgres: ThrowAwayPostgres, database: Database) {
    this.#postgres = postgres;
    this.database = database;
  }

  static async start(): Promise<Projections> {
    const postgres = await startThrowAwayPostgres("collector");
    const url = `postgresql://postgres:${postgres.superuserPassword}@127.0.0.1:${postgres.port}/postgres?sslmode=disable`;
    const database = connect(url, () => undefined);
    await migrate(database);
    return new Projections(postgres, database);
  }

  /** Makes the database empty, and the clone what it was at first. */
  async renew(): Promise<void> {
    await sql`TRUNCATE sources, syncs, pods, certificates, alerts, measurements, tenants, stacks, placements, resources, events, deliveries, commits, requests, audit`.execute(
      this.database,
    );
    rmSync(this.folder, { recursive: true, force: true });
    for (const [path, text] of Object.entries(VALID_PROJECT)) this.write(path, text);
    git(this.root, ["init", "--quiet", "--initial-branch=main"]);
    this.commit("The first tenant");
  }

  async stop(): Promise<void> {
    await this.database.destroy();
    await this.#postgres.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** Writes a file of the clone. */
  write(path: string, text: string): void {
    const file = join(this.root, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }

  commit(message: string): void {
    commit(this.root, message);
  }

  async collect(...sources: Source[]): Promise<readonly Collected[]> {
    const collected = await collect(this.database, sources);
    if (collected === undefined) throw new Error("another collector is at work");
    return collected;
  }

  /** What pages show of a source. */
  async state(name: string) {
    const [source] = await sourcesOf(this.database, [name]);
    return source;
  }

  /** Makes tenants that run in prod, without files. */
  async haveTenants(...ids: readonly string[]): Promise<void> {
    await this.database
      .insertInto("tenants")
      .values(
        ids.map((id) => ({
          id,
          display_name: id,
          team: "ops",
          email: "ops@acme.example",
          plan: "small",
          lifecycle: "active",
          bundles: [],
          environments: [],
          search: id,
        })),
      )
      .execute();
  }
}
