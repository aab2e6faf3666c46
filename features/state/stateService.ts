import { randomBytes, randomUUID, timingSafeEqual } from "node:crypto";
import { createServer } from "node:http";
import type { IncomingMessage, Server } from "node:http";
import { buffer } from "node:stream/consumers";
import { promisify } from "node:util";
import { gunzip } from "node:zlib";
import { z } from "zod";
import { encodeState, readState, writeState } from "./checkpoint.ts";
import { untypedDeploymentSchema } from "./deployment.ts";
import { updateInfoOf, updateProgramSchema } from "./history.ts";
import type { UpdateInfo, UpdateResult } from "./history.ts";
import { lockStack } from "./lock.ts";
import { recoverJournal } from "./recoverJournal.ts";
import { journalEntriesSchema } from "./replay.ts";
import { StackJournal } from "./stackJournal.ts";
import type { Engine } from "./stackJournal.ts";
import { assertName, ORGANIZATION, stackKeys } from "./stackKeys.ts";
import type { StackName } from "./stackKeys.ts";
import { LockedError, StateError } from "./stateError.ts";
import type { StateStore } from "./stateStore.ts";

/** What a state service works with. */
export interface ServiceOptions {
  readonly store: StateStore;
  readonly engine: Engine;
  /** The engine's process first, and those without which it cannot go on. */
  readonly pids: () => readonly [number, ...number[]];
  readonly log: (line: string) => void;
  /** Called with each request, as `PATCH /…/journalentries`. @default nothing */
  readonly onRequest?: ((request: string) => void) | undefined;
}

/** What the service does not know of an update until it is complete. */
interface Update {
  readonly name: StackName;
  readonly isPreview: boolean;
  readonly info: UpdateInfo;
  /** From its start until its end, unless it is a preview. */
  journal?: StackJournal | undefined;
  changes?: Record<string, number> | undefined;
}

/** An answer that is no success. */
class Refusal extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

const startSchema = z.looseObject({ journalVersion: z.int().optional() });
const completeSchema = z.looseObject({ status: z.string() });
const importSchema = untypedDeploymentSchema;
const checkpointSchema = z.looseObject({ isInvalid: z.boolean().optional(), ...untypedDeploymentSchema.shape });
const tagsSchema = z.looseObject({ version: z.literal(1), tags: z.record(z.string(), z.string()).nullish() });
const eventsSchema = z.looseObject({
  events: z.array(
    z.looseObject({
      summaryEvent: z.looseObject({ resourceChanges: z.record(z.string(), z.int()).nullish() }).optional(),
    }),
  ),
});

/** Seconds that an update's token is said to last; nothing expires. */
const LEASE = 3600;
const ID = "[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}";
const unzip = promisify(gunzip);

/**
 * The part of Pulumi Cloud's protocol that the CLI uses in an update, for states that lie in a folder. It listens on the
 * loopback interface, for anyone who has its token. An update's journal is in the folder before the engine gets its answer.
 */
export class StateService {
  /** What the CLI sends with each request. */
  readonly token = randomBytes(32).toString("hex");
  readonly #options: ServiceOptions;
  readonly #server: Server;
  readonly #updates = new Map<string, Update>();
  /** Changes of what is stored, one after the other. */
  #queue: Promise<unknown> = Promise.resolve();

  constructor(options: ServiceOptions) {
    this.#options = options;
    this.#server = createServer((request, response) => {
      void this.#answer(request).then(({ status, body }) => {
        response.writeHead(status, { "content-type": "application/json" });
        response.end(JSON.stringify(body));
      });
    });
    // The CLI keeps connections: one that is closed while it sends a request would end the update.
    this.#server.keepAliveTimeout = 600_000;
    this.#server.requestTimeout = 0;
  }

  /** Starts to listen. @returns the URL */
  async start(): Promise<string> {
    await new Promise<void>((resolve, reject) => {
      this.#server.once("error", reject).listen(0, "127.0.0.1", resolve);
    });
    const address = this.#server.address();
    if (address === null || typeof address === "string") throw new Error("the state service has no port");
    return `http://127.0.0.1:${address.port}`;
  }

  /**
   * Ends the service once the engine is gone. What the engine did not complete is taken into the state from the journal.
   *
   * @throws StateError, or what the store throws, when that is not possible: the journal is kept then
   */
  async stop(): Promise<void> {
    this.#server.close();
    this.#server.closeAllConnections();
    await this.#queue.catch(() => undefined);
    for (const update of this.#updates.values()) {
      if (update.journal === undefined) continue;
      await this.#finish(update, "failed");
      this.#options.log("Pulumi ended before its update did: what it said until then is in the state.");
    }
  }

  async #answer(request: IncomingMessage): Promise<{ status: number; body: unknown }> {
    try {
      return { status: 200, body: await this.#route(request) };
    } catch (error) {
      const status = error instanceof Refusal ? error.status : statusOf(error);
      const message =
        error instanceof z.ZodError ? z.prettifyError(error) : error instanceof Error ? error.message : String(error);
      if (status >= 500) this.#options.log(`The state could not be written: ${message}`);
      return { status, body: { code: status, message } };
    }
  }

  async #route(request: IncomingMessage): Promise<unknown> {
    const { pathname } = new URL(request.url ?? "/", "http://127.0.0.1");
    const method = request.method ?? "";
    this.#assertKnown(request);
    this.#options.onRequest?.(`${method} ${pathname.replace(new RegExp(ID), "<id>")}`);
    const body = await bodyOf(request);
    if (method === "GET") {
      if (pathname === "/api/user") return USER;
      if (pathname === "/api/user/organizations/default") return { gitHubLogin: ORGANIZATION };
      if (pathname === "/api/capabilities") return CAPABILITIES;
    }
    const [, project = "", stack = "", rest = ""] =
      new RegExp(`^/api/stacks/${ORGANIZATION}/([^/]+)/([^/]+)(/.*)?$`).exec(pathname) ?? [];
    if (stack === "") {
      const [, own = ""] = new RegExp(`^/api/stacks/${ORGANIZATION}/([^/]+)$`).exec(pathname) ?? [];
      // Whether there is such a project: the CLI asks before it makes a stack.
      if (method === "HEAD" && own !== "") return {};
      throw unknown(method, pathname);
    }
    const name = { project, stack };
    assertName(name);
    return this.#ofStack(method, name, rest, body);
  }

  /** @throws Refusal without the token, or for another version of the CLI */
  #assertKnown({ headers }: IncomingMessage): void {
    const [, sent = ""] = /^(?:update-)?token (\S+)$/.exec(headers.authorization ?? "") ?? [];
    if (sent.length !== this.token.length || !timingSafeEqual(Buffer.from(sent), Buffer.from(this.token)))
      throw new Refusal(401, "This state service answers the command alone that started it");
    const [, version] = /^pulumi-cli\/1 \((\S+);/.exec(headers["user-agent"] ?? "") ?? [];
    if (version !== this.#options.engine.version)
      throw new Refusal(
        400,
        `This state service is for Pulumi ${this.#options.engine.version}, not ${version ?? "others"}`,
      );
  }

  async #ofStack(method: string, name: StackName, rest: string, body: Buffer): Promise<unknown> {
    switch (`${method} ${rest}`) {
      case "GET ":
        return this.#stack(name);
      case "GET /export": {
        const { version, features, deployment } = await this.#state(name);
        return { version, ...(features.length > 0 && { features }), deployment };
      }
      case "POST /import":
        return this.#enqueue(() => this.#import(name, importSchema.parse(parse(body))));
      case "POST /update":
      case "POST /preview":
      case "POST /refresh":
      case "POST /destroy":
        return this.#create(name, rest.slice(1), updateProgramSchema.parse(parse(body)));
      // What Pulumi Cloud keeps for its audit log.
      case "POST /decrypt/log-decryption":
      case "POST /decrypt/log-batch-decryption":
        return {};
      default:
    }
    const [, id = "", call = ""] = new RegExp(`^/update/(${ID})(/.*)?$`).exec(rest) ?? [];
    if (id === IMPORT && method === "GET" && call === "") return { status: "succeeded", events: [] };
    const update = this.#updates.get(id);
    if (update === undefined) throw unknown(method, rest);
    return this.#ofUpdate(method, update, call, body);
  }

  async #ofUpdate(method: string, update: Update, call: string, body: Buffer): Promise<unknown> {
    switch (`${method} ${call}`) {
      case "POST ":
        return this.#enqueue(() => this.#start(update, startSchema.parse(parse(body)).journalVersion ?? 0));
      case "PATCH /journalentries":
        return this.#enqueue(async () => {
          // Refused now what could not be replayed later.
          journalEntriesSchema.parse(parse(body));
          await this.#journalOf(update).append(body);
          return {};
        });
      case "PATCH /checkpoint":
        return this.#enqueue(async () => {
          const { version, features, deployment } = checkpointSchema.parse(parse(body));
          const record = { checkpoint: { version, ...(features != null && { features }), deployment } };
          await this.#journalOf(update).append(Buffer.from(JSON.stringify(record)));
          return {};
        });
      case "POST /events/batch":
        // Events are large, and many.
        if (body.includes('"summaryEvent"')) update.changes = changesOf(eventsSchema.parse(parse(body)).events);
        return {};
      case "POST /renew_lease":
        return this.#lease();
      case "POST /complete": {
        const result = completeSchema.parse(parse(body)).status === "succeeded" ? "succeeded" : "failed";
        return this.#enqueue(async () => {
          await this.#finish(update, result);
          return {};
        });
      }
      default:
        throw unknown(method, call);
    }
  }

  /** Does one after the other, even if one fails. */
  #enqueue<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#queue.catch(() => undefined).then(work);
    this.#queue = result;
    return result;
  }

  #lease(): { token: string; tokenExpiration: number } {
    return { token: this.token, tokenExpiration: Math.floor(Date.now() / 1000) + LEASE };
  }

  #journalOf({ journal }: Update): StackJournal {
    if (journal === undefined) throw new Refusal(409, "The update is not running");
    return journal;
  }

  async #state(name: StackName) {
    const state = await readState(this.#options.store, name);
    if (state === undefined) throw new Refusal(404, "Not Found: Stack not found");
    return state;
  }

  async #stack(name: StackName): Promise<unknown> {
    const { store } = this.#options;
    await this.#state(name);
    const tags = await store.read(stackKeys(name).tags);
    return {
      id: `${name.project}/${name.stack}`,
      orgName: ORGANIZATION,
      projectName: name.project,
      stackName: name.stack,
      activeUpdate: [...this.#updates].find(([, { journal }]) => journal !== undefined)?.[0] ?? "",
      tags: tags === undefined ? {} : (tagsSchema.parse(parse(tags)).tags ?? {}),
      version: 1,
    };
  }

  async #import(name: StackName, { version, features, deployment }: z.output<typeof importSchema>): Promise<unknown> {
    const { store, pids } = this.#options;
    const lock = randomUUID();
    await this.#recover(name);
    await lockStack(store, name, lock, pids()[0]);
    try {
      await this.#state(name);
      await writeState(store, name, encodeState(name, { version, features: features ?? [], deployment }));
    } finally {
      await store.delete(stackKeys(name).lock(lock));
    }
    return { updateId: IMPORT };
  }

  #create(name: StackName, kind: string, program: z.output<typeof updateProgramSchema>): unknown {
    const id = randomUUID();
    const isPreview = kind === "preview" || program.options.dryRun === true;
    this.#updates.set(id, { name, isPreview, info: updateInfoOf(kind, program, new Date()) });
    return { updateID: id, requiredPolicies: [], messages: [], aiSettings: {} };
  }

  async #start(update: Update, journalVersion: number): Promise<unknown> {
    const { store, engine, pids } = this.#options;
    const answer = { version: 1, ...this.#lease(), journalVersion: Math.min(journalVersion, 1) };
    if (update.isPreview) return answer;
    if (update.journal !== undefined) throw new Refusal(409, "The update is running");
    await this.#recover(update.name);
    update.journal = await StackJournal.begin(store, update.name, update.info, engine, pids());
    return answer;
  }

  async #recover(name: StackName): Promise<void> {
    const { store, engine, log } = this.#options;
    await recoverJournal(store, name, engine, log);
  }

  /** Does nothing for a preview, and for what is over. */
  async #finish(update: Update, result: UpdateResult["result"]): Promise<void> {
    const { engine, log } = this.#options;
    await update.journal?.finish(engine, { result, changes: update.changes }, log);
    update.journal = undefined;
  }
}

/** What an import is named by; it is over when it is answered. */
const IMPORT = "00000000-0000-0000-0000-000000000000";

const USER = {
  id: ORGANIZATION,
  githubLogin: ORGANIZATION,
  name: ORGANIZATION,
  organizations: [{ githubLogin: ORGANIZATION, name: ORGANIZATION }],
};

/** Without it, the CLI would write states of version 4 down to version 3. */
const CAPABILITIES = {
  capabilities: [{ capability: "deployment-schema-version", version: 1, configuration: { version: 4 } }],
};

function unknown(method: string, path: string): Refusal {
  return new Refusal(404, `Not Found: ${method} ${path} is not part of this state service`);
}

/** What a repetition may cure is an error of the server for the CLI, which repeats it then. */
function statusOf(error: unknown): number {
  if (error instanceof LockedError) return 409;
  return error instanceof StateError || error instanceof z.ZodError || error instanceof SyntaxError ? 400 : 500;
}

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const body = await buffer(request);
  return request.headers["content-encoding"] === "gzip" ? unzip(body) : body;
}

function parse(body: Buffer): unknown {
  return JSON.parse(body.toString("utf8"));
}

function changesOf(events: z.output<typeof eventsSchema>["events"]): Record<string, number> | undefined {
  return events.findLast(({ summaryEvent }) => summaryEvent !== undefined)?.summaryEvent?.resourceChanges ?? undefined;
}
