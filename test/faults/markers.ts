import assert from "node:assert/strict";
import type { Instance } from "../../sandbox/instance.ts";
import { asSuperuser } from "./inventory.ts";

/** Rows that tell a tenant's database from one that was made anew: written once, looked for after each fault. */
export class Markers {
  readonly #instance: Instance;
  readonly #written = new Map<string, string>();
  /** Databases that are going, or gone. */
  readonly #forgotten = new Set<string>();

  constructor(instance: Instance) {
    this.#instance = instance;
  }

  /** Puts a row into each database that has none yet and that may be entered: until then it holds nothing. */
  async write(): Promise<void> {
    for (const name of await this.#databases()) {
      if (this.#written.has(name) || this.#forgotten.has(name)) continue;
      const mark = `${name} ${process.hrtime.bigint()}`;
      await asSuperuser(
        this.#instance,
        "tenantsDatabase",
        name,
        `CREATE SCHEMA IF NOT EXISTS fault_marks; CREATE TABLE IF NOT EXISTS fault_marks.mark (mark text);
         DELETE FROM fault_marks.mark; INSERT INTO fault_marks.mark VALUES ('${mark}')`,
      );
      this.#written.set(name, mark);
    }
  }

  /** Sees to it that each row is where it was put. @returns how many are. */
  async check(): Promise<number> {
    for (const [name, mark] of this.#written) {
      const rows = await asSuperuser<{ mark: string }>(
        this.#instance,
        "tenantsDatabase",
        name,
        "SELECT mark FROM fault_marks.mark",
      );
      assert.deepEqual(rows, [{ mark }], `database ${name} has its row`);
    }
    return this.#written.size;
  }

  /** Forgets a database that is meant to go. */
  forget(name: string): void {
    this.#written.delete(name);
    this.#forgotten.add(name);
  }

  /** Takes the rows away again. */
  async remove(): Promise<void> {
    for (const name of this.#written.keys()) {
      await asSuperuser(this.#instance, "tenantsDatabase", name, "DROP SCHEMA IF EXISTS fault_marks CASCADE");
    }
    this.#written.clear();
  }

  async #databases(): Promise<string[]> {
    const rows = await asSuperuser<{ name: string }>(
      this.#instance,
      "tenantsDatabase",
      "postgres",
      "SELECT datname AS name FROM pg_database WHERE datallowconn AND datname !~ '^(postgres|template.)$' ORDER BY 1",
    );
    return rows.map(({ name }) => name);
  }
}
