import { createServer } from "node:net";
import type { AddressInfo } from "node:net";

/** A server that speaks as much of PostgreSQL's protocol as it takes to refuse every log-in. */
export interface RefusingPostgres {
  readonly port: number;
  /** Names of the databases that were asked for, in order. */
  readonly asked: readonly string[];
  stop(): Promise<void>;
}

/**
 * Starts a server that answers each log-in with an error.
 *
 * @param sqlState of the error, such as `42501`; by database, or one for all
 */
export async function startRefusingPostgres(
  sqlState: string | ((database: string) => string),
): Promise<RefusingPostgres> {
  const asked: string[] = [];
  const server = createServer((socket) => {
    socket.on("error", () => undefined);
    socket.once("data", (startup) => {
      // https://www.postgresql.org/docs/current/protocol-message-formats.html: length and version, then names and values.
      const words = startup.subarray(8).toString("utf8").split("\0");
      const database = words[words.indexOf("database") + 1] ?? "";
      asked.push(database);
      const code = typeof sqlState === "string" ? sqlState : sqlState(database);
      const fields = Buffer.from(["SFATAL", "VFATAL", `C${code}`, "Mrefused by the test", "", ""].join("\0"));
      const head = Buffer.alloc(5);
      head.write("E");
      head.writeInt32BE(fields.length + 4, 1);
      socket.end(Buffer.concat([head, fields]));
    });
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const { port } = server.address() as AddressInfo;
  return {
    port,
    asked,
    stop: () => new Promise((done) => server.close(() => done())),
  };
}
