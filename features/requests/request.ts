import { z } from "zod";
import { isSameLogin } from "../../config/approvers.ts";
import { checkDocument } from "../../config/document.ts";
import type { Diagnostic } from "../../config/index.ts";
import { isTenantId } from "../../config/names.ts";
import { githubLogin } from "../../config/schemas/approvers.ts";
import { day } from "../../config/schemas/archive.ts";
import { expecting, singleLine, mapping, text } from "../../config/schemas/common.ts";
import { parseYaml } from "../../config/yaml.ts";
import { ACTIONS, CHANGEABLE_KEYS } from "./actions.ts";
import type { Action } from "./actions.ts";
import { tenantPersonProblem } from "./tenantPerson.ts";

export { ACTIONS, CHANGEABLE_KEYS } from "./actions.ts";
export type { Action, ChangeableKey } from "./actions.ts";

/** Form of a request's id. */
export const REQUEST_ID = /^[a-z0-9](?:[a-z0-9-]{6,62})[a-z0-9]$/;

const ID = 'a request id: 8 to 64 lower-case letters, digits and hyphens, such as "20261122-acme-pause"';
const TENANT = 'a tenant id: lower-case words joined by hyphens, such as "acme-finance"';

const PERSON = 'a GitHub login such as "jo-santos", or a person of a tenant such as "acme/it@acme.example"';
const TENANT_PERSON = /^[a-z][a-z0-9-]{0,99}\/[a-z0-9._%+-]{1,64}@[a-z0-9.-]{1,190}$/;

const FILE_OF_TENANT = z.record(z.string(), z.unknown(), expecting("what the tenant's file will say, a mapping"));

/** A GitHub login, or a person of a tenant. */
const person = z.union([githubLogin, text(TENANT_PERSON, PERSON)], expecting(PERSON));

const base = {
  id: text(REQUEST_ID, ID).describe("Chosen by the requester. Sending the same id again repeats the same request."),
  tenant: z.string(expecting(TENANT)).refine(isTenantId, expecting(TENANT)).describe("The tenant's id."),
  requester: githubLogin.describe("The requester's GitHub login: one of requesters.yaml, proved by a signature."),
  approver: githubLogin.describe("The approver's GitHub login: one of approvers.yaml, and not the requester."),
  onBehalfOf: person
    .exactOptional()
    .describe(
      "The person who asks through a program that signs in its own name; never the approver. A GitHub login; of an administrator of the tenant, who has none, <tenant>/<mail address>.",
    ),
  reason: singleLine("the reason for the request", 200).describe(
    "The reason, for the approver and for readers of the history.",
  ),
};

/** A key's new value is checked with the file that it becomes part of, where the file's rules are known. */
const CHANGES = mapping(
  Object.fromEntries(
    CHANGEABLE_KEYS.map((key) => [
      key,
      z.unknown().exactOptional().describe(`What ${key} becomes; null removes the key.`),
    ]),
  ),
  "the keys that change, a mapping",
).refine((changes) => Object.keys(changes).length > 0, {
  error: `is empty, expected at least one of ${CHANGEABLE_KEYS.join(", ")}`,
});

/** What each action is asked with. */
const SCHEMAS = {
  create: mapping({ ...base, file: FILE_OF_TENANT.describe("What the tenant's file will say.") }),
  change: mapping({ ...base, changes: CHANGES.describe("What keys of the tenant's file become; null removes a key.") }),
  pause: mapping(base),
  resume: mapping(base),
  decommission: mapping({
    ...base,
    holdUntil: day
      .exactOptional()
      .describe("First day (UTC) on which the data may be deleted. Default: 30 days after the last day of approval."),
  }),
};

const ofAction = z.looseObject({ action: z.enum(ACTIONS) });

/** A request that was checked. */
export interface Request {
  readonly action: Action;
  readonly id: string;
  readonly tenant: string;
  readonly requester: string;
  readonly approver: string;
  readonly reason: string;
  /** Who asked through the requester, which is a program then. */
  readonly onBehalfOf?: string;
  /** What the new tenant's file says; `create` only. */
  readonly file?: Readonly<Record<string, unknown>>;
  /** What keys of the tenant's file become, null where one is removed; `change` only. */
  readonly changes?: Readonly<Record<string, unknown>>;
  /** Day in UTC; `decommission` only. */
  readonly holdUntil?: string;
}

/**
 * Reads a request from JSON (or YAML), and everything that is wrong with it, with its positions.
 *
 * @param file what the text is called in messages
 * @param approvers who may approve
 */
export function readRequest(
  action: Action,
  file: string,
  content: string,
  approvers: readonly string[],
): { readonly request: Request } | { readonly diagnostics: readonly Diagnostic[] } {
  const parsed = parseYaml(file, content);
  if ("diagnostics" in parsed) return parsed;
  const { locate } = parsed.source;
  const result = checkDocument(parsed, SCHEMAS[action]);
  if (!result.ok) return { diagnostics: result.problems.map(locate) };
  const { requester, onBehalfOf, approver } = result.data;
  const refuse = (message: string) => ({ diagnostics: [locate({ path: ["approver"], atKey: false, message })] });
  if (isSameLogin(requester, approver)) {
    return refuse(
      `is ${JSON.stringify(approver)}, the requester, expected somebody else: nobody can approve their own request`,
    );
  }
  if (onBehalfOf !== undefined && isSameLogin(onBehalfOf, approver)) {
    return refuse(
      `is ${JSON.stringify(approver)}, the person who asks (onBehalfOf), expected somebody else: nobody can approve their own request`,
    );
  }
  if (!approvers.some((login) => isSameLogin(login, approver))) {
    return refuse(`is ${JSON.stringify(approver)}, expected one of ${approvers.join(", ")} (approvers.yaml)`);
  }
  const request = { action, ...result.data };
  const problem = tenantPersonProblem(request);
  if (problem !== undefined) return { diagnostics: [locate({ path: ["onBehalfOf"], atKey: false, message: problem })] };
  return { request };
}

/** The branch of a request, which is made once. */
export function branchOf(id: string): string {
  return `request/${id}`;
}

/** A request that was checked once, from the JSON of all of it, its action too; undefined when that is no request. */
export function requestOf(json: string): Request | undefined {
  try {
    const { action, ...asked } = ofAction.parse(JSON.parse(json));
    return { action, ...SCHEMAS[action].parse(asked) };
  } catch {
    return undefined;
  }
}

/** All of a request, its action too, as one line of JSON: the same for the same request, whatever the order of its keys. */
export function canonical(request: Request): string {
  return JSON.stringify(sorted(request));
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, item]) => [key, sorted(item)]),
  );
}
