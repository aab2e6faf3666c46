import { createServer, connect } from "node:net";
import type { Server, Socket } from "node:net";
import { createServer as createTlsServer, TLSSocket } from "node:tls";

/** What stands before a service: where it listens, and how it is closed. */
export interface Front {
  readonly port: number;
  close(): Promise<void>;
}

/** A server's certificate with its chain, and its key, as PEM. */
export interface Identity {
  readonly cert: string;
  readonly key: string;
}

/** PostgreSQL's request for TLS: length 8, code 80877103 (protocol documentation, "SSLRequest"). */
const SSL_REQUEST = Buffer.from([0, 0, 0, 8, 4, 210, 22, 47]);

/** TLS for a service that speaks HTTP in plain text on a port of this machine. */
export async function tlsFront(port: number, backend: number, identity: Identity): Promise<Front> {
  const sockets = new Set<Socket>();
  const server = createTlsServer({ ...identity }, (socket) => {
    sockets.add(socket);
    forward(socket, backend);
  });
  return await listening(server, port, sockets);
}

/** TLS for a PostgreSQL server that speaks plain text on a port of this machine; nothing else gets through. */
export async function postgresFront(port: number, backend: number, identity: Identity): Promise<Front> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => socket.destroy());
    socket.once("data", (first) => {
      if (!Buffer.isBuffer(first) || !first.equals(SSL_REQUEST)) {
        socket.destroy();
        return;
      }
      socket.pause();
      socket.write("S", () => forward(new TLSSocket(socket, { isServer: true, ...identity }), backend));
    });
  });
  return await listening(server, port, sockets);
}

function forward(socket: Socket, backend: number): void {
  const other = connect(backend, "127.0.0.1");
  for (const [one, two] of [
    [socket, other],
    [other, socket],
  ] as const) {
    one.on("error", () => two.destroy());
    one.on("close", () => two.destroy());
    one.pipe(two);
  }
}

async function listening(server: Server, port: number, sockets: ReadonlySet<Socket>): Promise<Front> {
  await new Promise<void>((done, fail) => {
    server.once("error", fail).listen(port, "127.0.0.1", done);
  });
  return {
    port,
    close: () =>
      new Promise((done) => {
        server.close(() => done());
        for (const socket of sockets) socket.destroy();
      }),
  };
}
