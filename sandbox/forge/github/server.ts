import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:http";
import type { IncomingMessage, ServerResponse } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { Call, etagOf, GithubError, match, notFound } from "./http.ts";
import type { Answer, Route } from "./http.ts";
import { checkRoutes } from "./routes/checks.ts";
import { contentRoutes } from "./routes/contents.ts";
import { environmentRoutes } from "./routes/environments.ts";
import { issueRoutes } from "./routes/issues.ts";
import { labelRoutes } from "./routes/labels.ts";
import { mergeRoutes } from "./routes/merges.ts";
import { pullRoutes } from "./routes/pulls.ts";
import { refRoutes } from "./routes/refs.ts";
import { repositoryRoutes } from "./routes/repositories.ts";
import { reviewRoutes } from "./routes/reviews.ts";
import { rulesetRoutes } from "./routes/rulesets.ts";
import { teamRoutes } from "./routes/teams.ts";
import { variableRoutes } from "./routes/variables.ts";
import { GithubState } from "./state.ts";
import { allows } from "./tokens.ts";

/** A request that was answered. */
export interface Answered {
  readonly method: string;
  readonly path: string;
  readonly login: string | undefined;
  readonly status: number;
}

/** A server that speaks GitHub's REST API and keeps what it is told, until it is closed. */
export interface GithubServer {
  /** Address of the API: `GITHUB_API_URL`. */
  readonly url: string;
  readonly state: GithubState;
  /** Every request, in order. */
  readonly requests: readonly Answered[];
  /** Requests that no route knows, as `GET /path`: a test that ends with any has not tested what it thinks. */
  readonly unknown: readonly string[];
  close(): Promise<void>;
}

const ROUTES: readonly Route[] = [
  ...repositoryRoutes,
  ...refRoutes,
  ...contentRoutes,
  ...pullRoutes,
  ...mergeRoutes,
  ...reviewRoutes,
  ...checkRoutes,
  ...issueRoutes,
  ...labelRoutes,
  ...rulesetRoutes,
  ...environmentRoutes,
  ...variableRoutes,
  ...teamRoutes,
];

/** What an API is made with; everything has a default. */
export interface ApiOptions {
  /** More areas of the API; they are asked before the ones that are here. */
  readonly routes?: readonly Route[];
  /** Called after a request that may have changed something was answered, before its answer is sent. */
  readonly changed?: () => void;
}

/** GitHub's REST API over a state, for a server of who uses it. */
export class GithubApi {
  readonly state: GithubState;
  /** Every request, in order. */
  readonly requests: Answered[] = [];
  /** Requests that no route knows, as `GET /path`. */
  readonly unknown: string[] = [];
  readonly #routes: readonly Route[];
  readonly #changed: () => void;
  /** One after another: what a request reads and then writes is not changed between. */
  #last: Promise<unknown> = Promise.resolve();

  constructor(state: GithubState, { routes = [], changed = () => undefined }: ApiOptions = {}) {
    this.state = state;
    this.#routes = [...routes, ...ROUTES];
    this.#changed = changed;
  }

  /** Answers a request. */
  async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await text(request);
    const login = loginOf(request, this.state);
    const target = new URL(request.url ?? "/", this.state.url);
    const work = this.#last.then(() => this.#answer(request, target, body));
    this.#last = work.catch(() => undefined);
    const answer = await work.catch((error: unknown): Answer => {
      if (error instanceof GithubError) return error.answer;
      const message = error instanceof Error ? error.message : String(error);
      return { status: 500, body: { message } };
    });
    this.requests.push({ method: request.method ?? "", path: target.pathname, login, status: answer.status });
    send(request, response, answer);
  }

  async #answer(request: IncomingMessage, target: URL, body: string): Promise<Answer> {
    // Clients of GitHub Enterprise Server, and providers with another address than github.com's, put this before paths.
    const path = target.pathname.replace(/^\/api\/v3(?=\/)/, "");
    for (const { method, pattern, needs, handle } of this.#routes) {
      const params = method === request.method ? match(pattern, path) : undefined;
      if (params === undefined) continue;
      const token = tokenOf(request, this.state);
      if (token === undefined) throw new GithubError(401, "Bad credentials");
      if (!allows(token.permissions, needs)) {
        throw new GithubError(403, "Resource not accessible by personal access token");
      }
      const call = new Call(this.state, this.state.account(token.login), params, { url: target, text: body });
      const answer = await handle(call);
      if (method !== "GET") this.#changed();
      return answer;
    }
    this.unknown.push(`${request.method ?? ""} ${target.pathname}`);
    throw notFound();
  }
}

/**
 * Starts a server on a free port of this machine, with nobody and nothing in it.
 *
 * @param routes more areas of the API; they are asked before the ones that are here
 */
export async function startGithub(routes: readonly Route[] = []): Promise<GithubServer> {
  const folder = await mkdtemp(join(tmpdir(), "github-server-"));
  const http = createServer();
  await new Promise<void>((done) => http.listen(0, "127.0.0.1", done));
  const address = http.address();
  if (address === null || typeof address === "string") throw new Error("the server has no port");
  const url = `http://127.0.0.1:${address.port}`;
  const state = new GithubState(url, folder);
  const api = new GithubApi(state, { routes });
  http.on("request", (request: IncomingMessage, response: ServerResponse) => {
    void api.serve(request, response);
  });
  const { requests, unknown } = api;
  return {
    url,
    state,
    requests,
    unknown,
    async close() {
      http.closeAllConnections();
      await new Promise((done) => http.close(done));
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function tokenOf(request: IncomingMessage, state: GithubState) {
  const [, token] = /^(?:bearer|token) (.+)$/i.exec(request.headers.authorization ?? "") ?? [];
  return token === undefined ? undefined : state.tokens.get(token);
}

function loginOf(request: IncomingMessage, state: GithubState): string | undefined {
  return tokenOf(request, state)?.login;
}

function send(request: IncomingMessage, response: ServerResponse, { status, body, headers = {} }: Answer): void {
  if (body === undefined) {
    response.writeHead(status, headers).end();
    return;
  }
  const content = typeof body === "string" ? body : JSON.stringify(body);
  const etag = etagOf(content);
  if (request.method === "GET" && status === 200 && request.headers["if-none-match"] === etag) {
    response.writeHead(304, { etag }).end();
    return;
  }
  const type = typeof body === "string" ? "text/plain; charset=utf-8" : "application/json; charset=utf-8";
  response.writeHead(status, { "content-type": type, ...(status === 200 ? { etag } : {}), ...headers }).end(content);
}
