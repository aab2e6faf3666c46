import { randomBytes } from "node:crypto";
import { mkdirSync } from "node:fs";
import { createServer } from "node:http";
import type { IncomingMessage, ServerResponse } from "node:http";
import { join } from "node:path";
import { writeYaml } from "../../config/yaml.ts";
import { githubOf } from "../../features/requests/github.ts";
import type { RequestStatus } from "../../features/requests/index.ts";
import { consoleKeyOf } from "../consoleKey.ts";
import type { Instance } from "../instance.ts";
import { approverLogins, CONSOLE_LOGIN, PEOPLE } from "../people.ts";
import { takeSnapshot } from "./checkout.ts";
import { prepareClone, withTree } from "./clone.ts";
import { keepRepository, restoreRepository } from "./github/persistence.ts";
import { GithubApi } from "./github/server.ts";
import { GithubState } from "./github/state.ts";
import { EVERYTHING } from "./github/tokens.ts";
import type { Permissions } from "./github/tokens.ts";
import { isPage, replyWithPage } from "./pages.ts";
import type { Review } from "./pages.ts";
import { bodyOf, hasToken, jsonReply, sendReply, textReply } from "./reply.ts";
import type { Reply } from "./reply.ts";
import { RequestProcess } from "./requestProcess.ts";
import type { Check, DeployResult } from "./requestProcess.ts";
import { RequestStore } from "./requestRecord.ts";
import { admit } from "./webhook.ts";

/** Repository that the forge has: its main is the checkout. */
export const REPOSITORY = { owner: "sandbox", name: "platform" } as const;

/** Login of the forge's own runner, which opens and merges pull requests. */
export const RUNNER_LOGIN = "odoo-saas-forge";
/** Login of who reads with the token `forgeReader`. */
const READER_LOGIN = "odoo-saas-reader";

/** The instance, as far as the forge needs it. */
export type ForgeInstance = Pick<Instance, "checkout" | "home" | "ports" | "secrets">;

/** What the forge does on the machine, and how long it waits. */
export interface ForgeOptions {
  readonly checks: readonly Check[];
  readonly deploy: (request: RequestStatus) => Promise<DeployResult>;
  /** Gets each step that was taken. Default: nothing. */
  readonly taken?: (status: RequestStatus, step: RequestStatus["steps"][number], begun: Date) => void;
  /** Time to approve a request. Default: a day, as n8n has it. */
  readonly approvalMinutes?: number;
  /** Seconds between two looks at deadlines. Default: 20. */
  readonly pollSeconds?: number;
  /** Default: nothing. */
  readonly log?: (line: string) => void;
  /** Default: the clock. */
  readonly now?: () => Date;
}

/** A forge that runs. */
export interface Forge {
  /** Its address: of GitHub's API, of the webhooks, of `/requests` and of the pages. */
  readonly url: string;
  /** Waits until nothing can be done without a person. */
  idle(): Promise<void>;
  /** Stops listening. What is under way goes on at the next start. */
  close(): Promise<void>;
}

const DAY_MINUTES = 1440;

/** Folder of the forge's data. */
export function forgeFolder({ home }: Pick<Instance, "home">): string {
  return join(home, "data", "forge");
}

/** Files that main has otherwise than the checkout: who may ask, and who may approve. */
export function demoFiles(instance: Pick<Instance, "secrets">): Readonly<Record<string, string>> {
  return {
    "approvers.yaml": writeYaml({ approvers: approverLogins() }),
    "requesters.yaml": writeYaml({ requesters: { [CONSOLE_LOGIN]: [consoleKeyOf(instance).publicKey] } }),
  };
}

/**
 * Starts the sandbox's forge, in the places of GitHub, of its runners and of n8n.
 *
 * @throws SandboxError when what it kept is damaged
 */
export async function startForge(instance: ForgeInstance, options: ForgeOptions): Promise<Forge> {
  const { log = () => undefined, now = () => new Date(), taken = () => undefined } = options;
  const { approvalMinutes = DAY_MINUTES, pollSeconds = 20 } = options;
  const { checkout, secrets } = instance;
  const folder = forgeFolder(instance);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const url = `http://127.0.0.1:${instance.ports.forge}`;

  const state = new GithubState(url, join(folder, "git"));
  const stateFile = join(folder, "github.json");
  const repository = await restoreRepository(state, stateFile, REPOSITORY);
  const keep = () => keepRepository(state, stateFile, repository);
  state.addToken(secrets.forgeToken, RUNNER_LOGIN, EVERYTHING);
  state.addToken(secrets.forgeReader, READER_LOGIN, readOnly());
  // Reviews come from the pages alone: nobody knows these tokens.
  const tokens = new Map(PEOPLE.map(({ login }) => [login, randomBytes(24).toString("base64url")]));
  for (const [login, token] of tokens) state.addToken(token, login, { pull_requests: "write", metadata: "read" });

  const snapshot = () => takeSnapshot(checkout, repository.git, demoFiles(instance));
  const store = new RequestStore(join(folder, "requests.json"));
  const clone = join(folder, "clone");

  const api = new GithubApi(state, { changed: keep });
  const process = new RequestProcess({
    github: githubOf({
      GITHUB_API_URL: url,
      GITHUB_REPOSITORY: `${REPOSITORY.owner}/${REPOSITORY.name}`,
      GITHUB_TOKEN: secrets.forgeToken,
    }),
    state,
    repository,
    keep,
    store,
    clone,
    checkout,
    approvers: approverLogins(),
    requesters: { [CONSOLE_LOGIN]: [consoleKeyOf(instance).publicKey] },
    takeSnapshot: snapshot,
    withTree: (commit, use) => withTree(clone, commit, use),
    checks: options.checks,
    deploy: options.deploy,
    taken,
    now,
    log,
  });

  const shown = {
    repository,
    store,
    process,
    hosts: ["127.0.0.1", "localhost"].map((name) => `${name}:${instance.ports.forge}`),
    review: async (number: number, { login, verdict, comment }: Review): Promise<string | undefined> => {
      const answer = await fetch(`${url}/repos/${repository.fullName}/pulls/${number}/reviews`, {
        method: "POST",
        headers: { authorization: `Bearer ${tokens.get(login) ?? ""}` },
        body: JSON.stringify({ event: verdict, body: comment.trim() }),
      });
      const text = await answer.text();
      return answer.ok ? undefined : text;
    },
  };

  async function webhook(request: IncomingMessage, path: string): Promise<Reply> {
    const body = await bodyOf(request);
    if (request.method !== "POST") return jsonReply(404, { message: "expected POST" });
    if (body === undefined) return jsonReply(413, { message: "the request is too long" });
    const door = { store, secret: secrets.requestsSecret, approvalMinutes, now };
    const { status, body: answer, record } = admit({ path, headers: request.headers, body }, door);
    if (record !== undefined) process.begin(record);
    return jsonReply(status, answer);
  }

  function requests(request: IncomingMessage, path: string): Reply {
    if (request.method !== "GET") return jsonReply(404, { message: "expected GET" });
    if (!hasToken(request, secrets.forgeReader)) return jsonReply(401, { message: "expected the token of readers" });
    if (path === "/requests") {
      return jsonReply(
        200,
        store.all().map((record) => process.status(record, true)),
      );
    }
    const record = store.get(path.slice("/requests/".length));
    return record === undefined
      ? jsonReply(404, { message: "there is no such request" })
      : jsonReply(200, process.status(record));
  }

  const isOwn = (path: string) => path === "/ready" || /^\/(?:webhook|requests)(?:\/|$)/.test(path) || isPage(path);
  let isReady = false;

  /** The answer of everything but GitHub's API. */
  async function replyTo(request: IncomingMessage, path: string): Promise<Reply | undefined> {
    if (!isOwn(path)) return undefined;
    // What was cut off goes on before anything new: a snapshot would take back what was merged and not written.
    if (!isReady) return textReply(503, "The forge starts: try again in a moment.");
    if (path === "/ready") return textReply(200, "ready");
    if (path.startsWith("/webhook/")) return webhook(request, path);
    return isPage(path) ? replyWithPage(request, path, shown) : requests(request, path);
  }

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const reply = await replyTo(request, new URL(request.url ?? "/", url).pathname);
    if (reply === undefined) await api.serve(request, response);
    else sendReply(response, reply);
  }

  if ((await repository.git.branch("main")) === undefined) await snapshot();
  prepareClone(clone, repository.git.folder);
  const http = createServer((request, response) => {
    serve(request, response).catch((error: unknown) => {
      log(error instanceof Error ? (error.stack ?? error.message) : String(error));
      if (response.headersSent) response.destroy();
      else sendReply(response, textReply(500, "The forge failed: see its log."));
    });
  });
  await new Promise<void>((resolve, reject) => {
    http.once("error", reject);
    http.listen(instance.ports.forge, "127.0.0.1", resolve);
  });
  await process.start();
  keep();
  isReady = true;
  const timer = setInterval(() => process.look(), pollSeconds * 1000);
  return {
    url,
    idle: () => process.idle(),
    async close() {
      clearInterval(timer);
      http.closeAllConnections();
      await new Promise((done) => http.close(done));
    },
  };
}

/** What a token that only reads may do. */
function readOnly(): Permissions {
  return Object.fromEntries(Object.keys(EVERYTHING).map((area) => [area, "read" as const]));
}
