// Stands in for `psql` in the tests of the chart's scripts: runs the statements of standard input, or of --command, on a
// real server (TEST_DATABASE, connection settings as JSON), with :'name' replaced as psql would, and prints bare rows.
import { readFileSync } from "node:fs";
import pg from "pg";

const variables = new Map<string, string>();
let command: string | undefined;
for (const argument of process.argv.slice(2)) {
  const set = /^--set=([^=]+)=(.*)$/s.exec(argument);
  if (set) variables.set(set[1] ?? "", set[2] ?? "");
  if (argument.startsWith("--command=")) command = argument.slice("--command=".length);
}
if (process.env["PGSERVICE"] !== "odoo") throw new Error("PGSERVICE is not set, expected psql to use the service file");

const statements = (command ?? readFileSync(0, "utf8")).replace(/:'(\w+)'/g, (_, name: string) =>
  pg.escapeLiteral(variables.get(name) ?? `unset ${name}`),
);
const client = new pg.Client(JSON.parse(process.env["TEST_DATABASE"] ?? "{}") as pg.ClientConfig);
try {
  await client.connect();
  // One result for each statement.
  const results = [await client.query<unknown[]>({ text: statements, rowMode: "array" })].flat();
  const rows = results.flatMap((result) => result.rows);
  const show = (value: unknown) => (typeof value === "boolean" ? (value ? "t" : "f") : String(value));
  for (const row of rows) console.log(row.map(show).join("|"));
} catch (error) {
  console.error(`psql: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
} finally {
  await client.end();
}
