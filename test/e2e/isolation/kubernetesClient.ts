import { readFileSync } from "node:fs";
import { request } from "node:https";
import { parse } from "yaml";
import { z } from "zod";

const kubeconfigSchema = z.object({
  clusters: z.tuple([z.object({ cluster: z.object({ server: z.url(), "certificate-authority-data": z.base64() }) })]),
  users: z.tuple([z.object({ user: z.object({ token: z.string() }) })]),
});

/** An answer of the API server's. */
export interface ApiAnswer {
  readonly status: number;
  readonly body: unknown;
}

/** One request to the API server. */
export interface ApiRequest {
  readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  readonly path: string;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** The API server, to be asked as whoever has a token: client libraries would hide what it answers. */
export class Api {
  /** Its address. */
  readonly server: string;
  readonly #authority: Buffer;
  /** The administrator's token. */
  readonly administrator: string;

  constructor(kubeconfig: string) {
    const { clusters, users } = kubeconfigSchema.parse(parse(readFileSync(kubeconfig, "utf8")));
    this.server = clusters[0].cluster.server;
    this.#authority = Buffer.from(clusters[0].cluster["certificate-authority-data"], "base64");
    this.administrator = users[0].user.token;
  }

  ask(token: string, { method, path, body, headers }: ApiRequest): Promise<ApiAnswer> {
    return new Promise((done, fail) => {
      const type = method === "PATCH" ? "application/merge-patch+json" : "application/json";
      const sent = request(
        `${this.server}${path}`,
        {
          method,
          ca: this.#authority,
          headers: { authorization: `Bearer ${token}`, "content-type": type, ...headers },
          timeout: 30_000,
        },
        (response) => {
          let text = "";
          response.setEncoding("utf8").on("data", (chunk: string) => (text += chunk));
          response.once("error", fail);
          response.once("end", () => done({ status: response.statusCode ?? 0, body: json(text) }));
        },
      );
      sent.once("timeout", () => sent.destroy(new Error(`no answer to ${method} ${path}`)));
      sent.once("error", fail);
      sent.end(body === undefined ? undefined : JSON.stringify(body));
    });
  }

  /** As the administrator; anything but success is an error. */
  async asAdministrator(sent: ApiRequest): Promise<unknown> {
    const { status, body } = await this.ask(this.administrator, sent);
    if (status >= 300) throw new Error(`${sent.method} ${sent.path}: ${status} ${JSON.stringify(body)}`);
    return body;
  }
}

function json(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text; // a log, or nothing
  }
}
