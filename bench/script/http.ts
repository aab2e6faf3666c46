import http from "node:http";
import https from "node:https";

/** An answer. */
export interface Answer {
  readonly status: number;
  readonly location: string;
  readonly text: string;
}

/** How to reach an HTTP server. */
export interface Server {
  readonly url: string;
  /** Certificate authority, PEM. */
  readonly ca?: string;
  /** Connections at once, which bound the work in progress. */
  readonly connections: number;
}

/** A client of one server, whose connections are kept. */
export class HttpClient {
  readonly #url: string;
  readonly #agent: http.Agent;

  constructor({ url, ca, connections }: Server) {
    this.#url = url.replace(/\/$/, "");
    const options = { keepAlive: true, maxSockets: connections };
    this.#agent = url.startsWith("https:")
      ? new https.Agent({ ...options, ...(ca && { ca }) })
      : new http.Agent(options);
  }

  /** Sends a request; any status is an answer. */
  async request(method: string, path: string, headers: http.OutgoingHttpHeaders, body?: string): Promise<Answer> {
    const module = this.#url.startsWith("https:") ? https : http;
    return await new Promise((done, fail) => {
      const request = module.request(`${this.#url}${path}`, { method, headers, agent: this.#agent }, (response) => {
        const chunks: Buffer[] = [];
        response.on("data", (chunk: Buffer) => chunks.push(chunk));
        response.once("error", fail).once("end", () => {
          const text = Buffer.concat(chunks).toString();
          done({ status: response.statusCode ?? 0, location: response.headers.location ?? "", text });
        });
      });
      request.once("error", fail).end(body);
    });
  }

  /** Lets the program end. */
  close(): void {
    this.#agent.destroy();
  }
}
