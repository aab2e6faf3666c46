import type pg from "pg";

/** A connection to the database of billing, inside a transaction where one is needed. */
export interface Sql {
  /** Asks with `$1`, `$2` … for values. */
  // eslint-disable-next-line @typescript-eslint/no-unnecessary-type-parameters -- rows have the form that the statement gives them, as pg's own query has it
  query<Row extends object>(text: string, values?: readonly unknown[]): Promise<{ readonly rows: Row[] }>;
}

/** The database of billing. */
export interface BillingDatabase extends Sql {
  /** Runs `use` in one transaction, which is rolled back where it throws. */
  transaction<Result>(use: (sql: Sql) => Promise<Result>): Promise<Result>;
}

/** Names the lock that only one change of billing at a time has. */
const LOCK = 4_215_102;

/** Runs `use` in one transaction, alone: another change of billing waits until it ends. */
export function alone<Result>(database: BillingDatabase, use: (sql: Sql) => Promise<Result>): Promise<Result> {
  return database.transaction(async (sql) => {
    await sql.query("SELECT pg_advisory_xact_lock($1)", [LOCK]);
    return use(sql);
  });
}

/** The database of billing by a connection of its own. */
export function onClient(client: pg.ClientBase): BillingDatabase {
  const sql: Sql = {
    // eslint-disable-next-line @typescript-eslint/no-unnecessary-type-parameters -- as above
    query: async <Row extends object>(text: string, values: readonly unknown[] = []) => {
      const { rows } = await client.query<Row>(text, [...values]);
      return { rows };
    },
  };
  return {
    ...sql,
    transaction: async (use) => {
      await client.query("BEGIN");
      try {
        const result = await use(sql);
        await client.query("COMMIT");
        return result;
      } catch (error) {
        await client.query("ROLLBACK");
        throw error;
      }
    },
  };
}
