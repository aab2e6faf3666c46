import { z } from "zod";
import { REQUEST_ID, digestOf } from "./request.ts";
import type { Request } from "./request.ts";

/** What the commit of a request says of it. The commit's name stands for all of it, whatever is edited in the pull request. */
export interface RequestRecord {
  readonly id: string;
  readonly digest: string;
  readonly requester: string;
  readonly approver: string;
  /** After it, silence was a no. ISO 8601, UTC. */
  readonly deadline: string;
}

const KEYS = [
  ["id", "Request-Id"],
  ["digest", "Request-Digest"],
  ["requester", "Requested-By"],
  ["approver", "Approver"],
  ["deadline", "Approve-Before"],
] as const satisfies readonly (readonly [keyof RequestRecord, string])[];

const recordSchema = z.object({
  id: z.string().regex(REQUEST_ID),
  digest: z.string().regex(/^[0-9a-f]{64}$/),
  requester: z.string().min(1),
  approver: z.string().min(1),
  deadline: z.iso.datetime(),
});

/** First line of a request's commit, and title of its pull request. */
export function titleOf({ action, tenant }: Request): string {
  return `${action.charAt(0).toUpperCase()}${action.slice(1)} tenant ${tenant}`;
}

/** The message of a request's commit. */
export function commitMessage(request: Request, deadline: Date): string {
  const record: RequestRecord = {
    id: request.id,
    digest: digestOf(request),
    requester: request.requester,
    approver: request.approver,
    deadline: deadline.toISOString(),
  };
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
  return result.success ? result.data : undefined;
}
