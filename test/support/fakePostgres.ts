import { createServer } from "node:net";
import type { AddressInfo, Socket } from "node:net";

/** A server that speaks as much of PostgreSQL's protocol as it takes to refuse log-ins, or to answer queries with no row. */
export interface FakePostgres {
  readonly port: number;
  stop(): Promise<void>;
}

/**
 * Starts a server on this machine.
 *
 * @param refusalOf tells the SQLSTATE that log-ins to a database are refused with, such as `42501`; undefined: they succeed,
 *   and every query has no row
 */
export async function startFakePostgres(refusalOf: (database: string) => string | undefined): Promise<FakePostgres> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => undefined).on("close", () => sockets.delete(socket));
    socket.once("data", (startup) => {
      // https://www.postgresql.org/docs/current/protocol-message-formats.html: length and version, then names and values.
      const words = startup.subarray(8).toString("utf8").split("\0");
      const sqlState = refusalOf(words[words.indexOf("database") + 1] ?? "");
      if (sqlState !== undefined) {
        socket.end(message("E", ["SFATAL", "VFATAL", `C${sqlState}`, "Mrefused by the test", "", ""].join("\0")));
        return;
      }
      socket.write(Buffer.concat([message("R", "\0\0\0\0"), READY]));
      answerQueries(socket);
    });
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const { port } = server.address() as AddressInfo;
  return {
    port,
    stop: () =>
      new Promise((done) => {
        server.close(() => done());
        for (const socket of sockets) socket.destroy();
      }),
  };
}

function message(kind: string, content: string): Buffer {
  const bytes = Buffer.from(`${kind}\0\0\0\0${content}`);
  bytes.writeInt32BE(bytes.length - 1, 1);
  return bytes;
}

/** Ready for a query, outside of a transaction. */
const READY = message("Z", "I");

/** What is answered to each kind of message: parse, bind, describe, execute, sync. */
const ANSWERS: Readonly<Record<string, Buffer>> = {
  P: message("1", ""),
  B: message("2", ""),
  D: message("n", ""),
  E: message("C", "SELECT 0\0"),
  S: READY,
};

function answerQueries(socket: Socket): void {
  let rest = Buffer.alloc(0);
  socket.on("data", (chunk: Buffer) => {
    rest = Buffer.concat([rest, chunk]);
    while (rest.length >= 5 && rest.length > rest.readInt32BE(1)) {
      const answer = ANSWERS[String.fromCharCode(rest[0] ?? 0)];
      rest = rest.subarray(rest.readInt32BE(1) + 1);
      if (answer !== undefined) socket.write(answer);
    }
  });
}
