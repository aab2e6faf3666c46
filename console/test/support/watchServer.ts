import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import type { RequestListener, Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";

const FOLDER = join(import.meta.dirname, "../fixtures");

/** What a real Alertmanager (0.33.1) and a real Prometheus (that of promtool here) have answered. */
export const recorded = (name: string): string => readFileSync(join(FOLDER, `${name}.json`), "utf8");

/** A server that answers as a test says. */
export class WatchServer {
  readonly url: string;
  readonly #server: Server;
  /** What was sent as authorization. */
  readonly authorizations: readonly (string | undefined)[];

  private constructor(server: Server, authorizations: readonly (string | undefined)[]) {
    this.authorizations = authorizations;
    this.#server = server;
    this.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  static async start(listener: RequestListener): Promise<WatchServer> {
    const authorizations: (string | undefined)[] = [];
    const server = createServer((request, response) => {
      authorizations.push(request.headers.authorization);
      listener(request, response);
    }).listen(0, "127.0.0.1");
    await once(server, "listening");
    return new WatchServer(server, authorizations);
  }

  stop(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }
}
