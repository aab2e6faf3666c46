import { connect, createServer } from "node:net";
import type { AddressInfo, Server, Socket } from "node:net";

/** A TCP connection through this process to a server, which can be made to hang: connections are taken, and nothing answers. */
export class Relay {
  readonly port: number;
  readonly #server: Server;
  readonly #sockets: Set<Socket>;
  readonly #state: { hangs: boolean };

  private constructor(server: Server, port: number, sockets: Set<Socket>, state: { hangs: boolean }) {
    this.#server = server;
    this.port = port;
    this.#sockets = sockets;
    this.#state = state;
  }

  /** Listens on a free port of this machine. */
  static async to(host: string, port: number): Promise<Relay> {
    const sockets = new Set<Socket>();
    const state = { hangs: false };
    const server = createServer((near) => {
      const far = connect(port, host);
      join(near, far);
      join(far, near);
    });
    const join = (from: Socket, to: Socket) => {
      sockets.add(from);
      if (state.hangs) from.pause();
      from.on("data", (data) => to.write(data));
      from.on("end", () => to.end());
      from.on("error", () => to.destroy());
      from.on("close", () => {
        sockets.delete(from);
        to.destroy();
      });
      // A listener for data has let it flow.
      if (state.hangs) from.pause();
    };
    await new Promise<void>((done, fail) => {
      server.once("error", fail);
      server.listen(0, "127.0.0.1", done);
    });
    return new Relay(server, portOf(server.address()), sockets, state);
  }

  /** From now on nothing gets through, in either direction. */
  hang(): void {
    this.#state.hangs = true;
    for (const socket of this.#sockets) socket.pause();
  }

  /** What was held back gets through, and everything after it. */
  goOn(): void {
    this.#state.hangs = false;
    for (const socket of this.#sockets) socket.resume();
  }

  /** Ends all connections. */
  async close(): Promise<void> {
    const closed = new Promise((done) => this.#server.close(done));
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }
}

function portOf(address: AddressInfo | string | null): number {
  if (address === null || typeof address === "string") throw new Error("the relay has no port");
  return address.port;
}
