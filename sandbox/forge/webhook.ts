import { createHmac } from "node:crypto";
import { check } from "../../features/n8n/check.ts";
import { DEFAULTS } from "../../features/n8n/settings.ts";
import { ACTIONS, canonical, pathOf, PROOF_HEADER, SIGNATURE_HEADER } from "../../features/requests/index.ts";
import type { Action } from "../../features/requests/index.ts";
import { askedOf, isFinal } from "./requestRecord.ts";
import type { RequestRecord, RequestStore } from "./requestRecord.ts";

/** A request as it arrives over HTTP. */
export interface Arrived {
  readonly path: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

/** What is answered, and the request that goes on its way. */
export interface Admission {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
  readonly record?: RequestRecord;
}

/** What requests are let in with. */
export interface Door {
  readonly store: RequestStore;
  /** Shared with everybody who sends. */
  readonly secret: string;
  readonly approvalMinutes: number;
  readonly now: () => Date;
}

/** Lets a signed request in as n8n does (docs/n8n.md). */
export function admit({ path, headers, body }: Arrived, { store, secret, approvalMinutes, now }: Door): Admission {
  const action = ACTIONS.find((each) => pathOf(each) === path);
  if (action === undefined) return refusal(404, `there is no webhook ${path}, expected one of ${ACTIONS.join(", ")}`);
  if (/json/i.test(header(headers, "content-type")) && !isJson(body)) return refusal(422, "the body is not JSON");
  const time = now();
  const [proof, signature] = [header(headers, PROOF_HEADER), header(headers, SIGNATURE_HEADER)];
  const expected = createHmac("sha256", secret).update(["POST", path, proof, body].join("\n")).digest("hex");
  const verdict = check({ body, proof, signature, expected, settings: DEFAULTS, now: time.getTime() });
  if (!verdict.ok) return refusal(verdict.status, verdict.message);
  const until = new Date(time.getTime() + 2 * DEFAULTS.signatureSeconds * 1000);
  if (!store.use(signature, time, until)) {
    return refusal(409, "the signature was used before: sign the request again");
  }
  const { id } = verdict.asked;
  const before = store.get(id);
  const fresh = newRecord({ id, action, body, proof }, time, approvalMinutes);
  if (before !== undefined && !isSame(before, fresh)) {
    return refusal(400, `request ${id} is the id of another request, expected one that was never used`);
  }
  const record = before === undefined ? fresh : repeated(before, fresh);
  store.save(record, time);
  return { status: 202, body: { id, accepted: true }, record };
}

function newRecord(
  asked: { readonly id: string; readonly action: Action; readonly body: string; readonly proof: string },
  time: Date,
  approvalMinutes: number,
): RequestRecord {
  const receivedAt = time.toISOString();
  const deadline = new Date(time.getTime() + approvalMinutes * 60_000).toISOString();
  return { ...asked, receivedAt, updatedAt: receivedAt, deadline, state: "received", steps: [] };
}

/** A request that came again goes on where it was; one that is over stays so, unless something failed on its way. */
function repeated(before: RequestRecord, { proof, body, receivedAt, deadline }: RequestRecord): RequestRecord {
  const isUnopened = before.pull === undefined;
  if (!isFinal(before.state) || (before.state !== "failed" && !(before.state === "refused" && isUnopened)))
    return before;
  delete before.reason;
  if (isUnopened) return Object.assign(before, { proof, body, receivedAt, deadline, state: "received" });
  return Object.assign(before, { state: before.merged === undefined ? "opened" : "merging" });
}

function isSame(before: RequestRecord, after: RequestRecord): boolean {
  const [one, other] = [askedOf(before), askedOf(after)];
  if (one === undefined || other === undefined) return before.action === after.action && before.body === after.body;
  return canonical(one) === canonical(other);
}

function refusal(status: number, message: string): Admission {
  return { status, body: { message } };
}

function header(headers: Arrived["headers"], name: string): string {
  const value = headers[name];
  return typeof value === "string" ? value : "";
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
