import { CompiledQuery } from "kysely";
import type { Kysely } from "kysely";
import type { BillingDatabase, Sql } from "../../features/billing/index.ts";
import type { Database } from "./connect.ts";
import type { Tables } from "./schema.ts";

/** The console's database as billing works with it. */
export function billingOn(database: Database): BillingDatabase {
  return {
    ...sqlOn(database),
    transaction: (use) => database.transaction().execute((transaction) => use(sqlOn(transaction))),
  };
}

function sqlOn(database: Kysely<Tables>): Sql {
  return {
    // eslint-disable-next-line @typescript-eslint/no-unnecessary-type-parameters -- as Sql has it
    query: async <Row extends object>(text: string, values: readonly unknown[] = []) => {
      const { rows } = await database.executeQuery<Row>(CompiledQuery.raw(text, [...values]));
      return { rows };
    },
  };
}
