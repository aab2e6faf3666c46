import { existsSync } from "node:fs";
import { z } from "zod";
import { ACTIONS, FINAL_STATES, requestOf, requestStatusSchema } from "../../features/requests/index.ts";
import type { Request, RequestState, RequestStatus } from "../../features/requests/index.ts";
import { writeSecretFile } from "../instance.ts";
import { readKept } from "./kept.ts";

/** What the forge knows of a request, apart from what GitHub's state has. */
const recordSchema = z.object({
  id: z.string(),
  action: z.enum(ACTIONS),
  /** The request as it came. */
  body: z.string(),
  /** That its requester asks. */
  proof: z.string(),
  receivedAt: z.iso.datetime(),
  updatedAt: z.iso.datetime(),
  deadline: z.iso.datetime(),
  state: requestStatusSchema.shape.state,
  reason: z.string().optional(),
  pull: requestStatusSchema.shape.pull,
  /** The pull request's commit. */
  head: z.string().optional(),
  /** What it became on main. */
  merged: z.string().optional(),
  steps: requestStatusSchema.shape.steps,
});

/** What the forge knows of a request. */
export type RequestRecord = z.output<typeof recordSchema>;

const keptSchema = z.object({
  requests: z.array(recordSchema),
  /** Signatures that were used, with the time (milliseconds since 1970) until which one of their time may come. */
  signatures: z.array(z.tuple([z.string(), z.number()])),
});

/** Whether nothing follows on a state. */
export function isFinal(state: RequestState): boolean {
  return FINAL_STATES.some((each) => each === state);
}

/** The forge's requests, kept in a file that is written in one step after each change. */
export class RequestStore {
  readonly #file: string;
  readonly #records = new Map<string, RequestRecord>();
  readonly #signatures = new Map<string, number>();

  /** @throws SandboxError when the file is damaged */
  constructor(file: string) {
    this.#file = file;
    if (!existsSync(file)) return;
    const kept = readKept(file, keptSchema);
    for (const record of kept.requests) this.#records.set(record.id, record);
    for (const [signature, until] of kept.signatures) this.#signatures.set(signature, until);
  }

  /** All requests, the newest first. */
  all(): RequestRecord[] {
    return [...this.#records.values()].reverse();
  }

  get(id: string): RequestRecord | undefined {
    return this.#records.get(id);
  }

  /** Adds a request or keeps what was changed of it. */
  save(record: RequestRecord, now: Date): void {
    record.updatedAt = now.toISOString();
    this.#records.set(record.id, record);
    this.#write();
  }

  /**
   * Uses a signature up.
   *
   * @param until when it is too old anyway
   * @returns false when it was used before
   */
  use(signature: string, now: Date, until: Date): boolean {
    for (const [old, end] of this.#signatures) if (end < now.getTime()) this.#signatures.delete(old);
    if (this.#signatures.has(signature)) return false;
    this.#signatures.set(signature, until.getTime());
    this.#write();
    return true;
  }

  #write(): void {
    const kept: z.input<typeof keptSchema> = {
      requests: [...this.#records.values()],
      signatures: [...this.#signatures],
    };
    writeSecretFile(this.#file, JSON.stringify(kept));
  }
}

/** The request as it came, as far as it can be read: what its checks say is for its own step. */
export function askedOf({ action, body }: Pick<RequestRecord, "action" | "body">): Request | undefined {
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch {
    return undefined;
  }
  return requestOf(JSON.stringify({ ...(typeof value === "object" ? value : {}), action }));
}

/** What n8n itself looks at in a request's text. */
const namesSchema = z.object({
  tenant: z.string(),
  requester: z.string(),
  approver: z.string(),
  onBehalfOf: z.string().optional(),
});

/** What is reported of a request. */
export function statusOf(record: RequestRecord, checks: RequestStatus["checks"]): RequestStatus {
  const { id, action, state, reason, pull, deadline, receivedAt, updatedAt, steps } = record;
  const { tenant, requester, approver, onBehalfOf } = namesSchema.parse(JSON.parse(record.body));
  return {
    id,
    action,
    tenant,
    requester,
    ...(onBehalfOf === undefined ? {} : { onBehalfOf }),
    approver,
    state,
    ...(reason === undefined ? {} : { reason }),
    ...(pull === undefined ? {} : { pull }),
    checks,
    deadline,
    receivedAt,
    updatedAt,
    steps,
  };
}
