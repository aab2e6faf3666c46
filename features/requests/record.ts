import { z } from "zod";
import { requestOf } from "./request.ts";
import type { Request } from "./request.ts";
import { tenantPersonOf } from "./tenantPerson.ts";

/** What the commit of a request says of it. The commit's name stands for all of it, whatever is edited in the pull request. */
export interface RequestRecord {
  readonly request: Request;
  /** That the requester made it. */
  readonly proof: string;
  /** After it, silence was a no. ISO 8601, UTC. */
  readonly deadline: string;
}

const KEYS = [
  ["request", "Request"],
  ["proof", "Request-Proof"],
  ["deadline", "Approve-Before"],
] as const satisfies readonly (readonly [keyof RequestRecord, string])[];

const recordSchema = z.object({ request: z.string(), proof: z.string(), deadline: z.iso.datetime() });

/** First line of a request's commit, and title of its pull request. */
export function titleOf({ action, tenant, onBehalfOf }: Request): string {
  const person = tenantPersonOf(onBehalfOf);
  const asker =
    onBehalfOf === undefined ? "" : ` for ${person === undefined ? onBehalfOf : `its administrator ${person.address}`}`;
  return `${action.charAt(0).toUpperCase()}${action.slice(1)} tenant ${tenant}${asker}`;
}

/**
 * The message of a request's commit. The request is in it as a whole, so that its proof can be checked again at the merge.
 */
export function commitMessage(request: Request, proof: string, deadline: Date): string {
  const record = { request: JSON.stringify(request), proof, deadline: deadline.toISOString() };
  const trailers = KEYS.map(([key, name]) => `${name}: ${record[key]}`);
  return [titleOf(request), "", request.reason, "", ...trailers, ""].join("\n");
}

/** What a commit says of a request, in its last paragraph; undefined when it is no request's commit. */
export function recordOf(message: string): RequestRecord | undefined {
  const trailers = message.trimEnd().split("\n\n").at(-1)?.split("\n") ?? [];
  const values = KEYS.map(([key, name]) => {
    const found = trailers.filter((line) => line.startsWith(`${name}: `));
    return [key, found.length === 1 ? found[0]?.slice(name.length + 2) : undefined];
  });
  const result = recordSchema.safeParse(Object.fromEntries(values));
  const request = result.success ? requestOf(result.data.request) : undefined;
  return result.success && request !== undefined ? { ...result.data, request } : undefined;
}
