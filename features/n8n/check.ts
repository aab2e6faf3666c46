import type { Settings } from "./settings.ts";
import type { Asked } from "./states.ts";

/** What a signed request came with. */
export interface Arrival {
  readonly body: string;
  /** That the requester asks; the program checks it. */
  readonly proof: string;
  readonly signature: string;
  /** The signature that it should have. */
  readonly expected: string;
  readonly settings: Settings;
  /** Milliseconds since 1970. */
  readonly now: number;
}

/** Whether the request may continue, and what the requester is sent. */
export type Verdict =
  | { readonly ok: true; readonly asked: Asked; readonly proof: string; readonly signature: string }
  | { readonly ok: false; readonly status: number; readonly message: string };

/**
 * Whether a request comes from who knows the secret, now, and is one at all. That the requester asks is checked by the
 * program, which has the keys. Like `decide`, it is carried into the workflows as it is.
 */
export function check({ body, proof, signature, expected, settings, now }: Arrival): Verdict {
  const refuse = (status: number, message: string): Verdict => ({ ok: false, status, message });
  let differing = signature.length ^ expected.length;
  // All characters are compared, so that the time it takes tells nothing.
  for (let index = 0; index < expected.length; index += 1) {
    differing |= signature.charCodeAt(index) ^ expected.charCodeAt(index);
  }
  if (differing !== 0 || expected.length !== 64) return refuse(401, "the signature is wrong");
  const [, timestamp] = /^(\d{10})\.[\w-]{22}\.[\w-]{86}$/.exec(proof) ?? [];
  if (timestamp === undefined) return refuse(401, "the requester's proof is missing or invalid: see docs/n8n.md");
  if (Math.abs(now / 1000 - Number(timestamp)) > settings.signatureSeconds) {
    return refuse(
      401,
      `the signature is of another time, expected one of the last ${settings.signatureSeconds} seconds`,
    );
  }
  // GitHub takes 65,535 characters with all inputs of a run.
  if (body.length > 50_000) return refuse(413, "the request is too long, expected at most 50,000 characters");
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch {
    return refuse(400, "the request is not JSON");
  }
  const fields =
    typeof value === "object" && value !== null ? new Map(Object.entries(value)) : new Map<string, unknown>();
  const word = (key: string): string => {
    const found: unknown = fields.get(key);
    return typeof found === "string" ? found : "";
  };
  const asked = { id: word("id"), tenant: word("tenant"), requester: word("requester"), approver: word("approver") };
  const missing = Object.entries(asked).find(([, found]) => !/^[A-Za-z0-9-]{1,64}$/.test(found));
  if (missing !== undefined) return refuse(400, `${missing[0]} is missing or invalid: see docs/n8n.md`);
  if (asked.requester.toLowerCase() === asked.approver.toLowerCase()) {
    return refuse(400, "approver is the requester, expected somebody else: nobody can approve their own request");
  }
  if (fields.get("onBehalfOf") === undefined) return { ok: true, asked, proof, signature };
  const onBehalfOf = word("onBehalfOf");
  // A GitHub login, or a person of a tenant: the program says which tenant's.
  if (!/^(?:[A-Za-z0-9-]{1,64}|[a-z0-9-]{1,100}\/[a-z0-9._%+-]{1,64}@[a-z0-9.-]{1,190})$/.test(onBehalfOf))
    return refuse(400, "onBehalfOf is invalid: see docs/n8n.md");
  if (onBehalfOf.toLowerCase() === asked.approver.toLowerCase()) {
    return refuse(400, "approver is onBehalfOf, expected somebody else: nobody can approve their own request");
  }
  return { ok: true, asked: { ...asked, onBehalfOf }, proof, signature };
}
