// Connects to PostgreSQL at localhost in a process of its own, which trusts NODE_EXTRA_CA_CERTS, and prints for each mode whether the
// connection is encrypted, or why there is none.
import pg from "pg";
import { SSL_MODES, tlsFor } from "../../../lib/postgresTls.ts";

const [port, password] = process.argv.slice(2);
const results: Record<string, string> = {};
for (const mode of SSL_MODES) {
  const client = new pg.Client({
    host: "localhost",
    port: Number(port),
    user: "postgres",
    password,
    ssl: tlsFor(mode),
  });
  client.on("error", () => undefined);
  try {
    await client.connect();
    const { rows } = await client.query<{ ssl: boolean }>("SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()");
    results[mode] = rows[0]?.ssl === true ? "encrypted" : "plain text";
    await client.end();
  } catch (error) {
    results[mode] = error instanceof Error && "code" in error ? String(error.code) : String(error);
  }
}
console.log(JSON.stringify(results));
