import assert from "node:assert/strict";
import { isMap, isNode, isScalar, parse, parseDocument } from "yaml";
import type { Node } from "yaml";
import { addDays, dayOf, HOLD_DAYS_MIN } from "../../config/lifecycle.ts";
import { tenantFile } from "../../config/rules/rule.ts";
import { parseYaml, writeYaml } from "../../config/yaml.ts";
import { withKeys } from "./keyChanges.ts";
import { RequestRefusal } from "./refusal.ts";
import type { Request } from "./request.ts";

const HEADER = "# yaml-language-server: $schema=../schemas/tenant.schema.json\n";

/** What an action makes of a lifecycle. */
const LIFECYCLE = { pause: "paused", resume: "active", decommission: "decommissioning" } as const;

/** Of which lifecycle a tenant may be for an action. */
const BEFORE = { pause: ["active"], resume: ["paused"], decommission: ["active", "paused"] } as const;

/**
 * The tenant's file as a request wants it. Comments and order of a file that is there stay.
 *
 * @param before the file's text; undefined when there is none
 * @param deadline until when the request may be approved: a hold that is not asked for begins then
 * @throws RequestRefusal when the file is there, or is not, or says already what is asked for.
 */
export function changedFile(request: Request, before: string | undefined, deadline: Date): string {
  const file = tenantFile(request.tenant);
  if (request.action === "create") {
    if (before !== undefined) throw refusal(file, "already exists, expected a new tenant's id");
    return HEADER + writeYaml(request.file);
  }
  if (before === undefined) throw refusal(file, "does not exist, expected the id of an existing tenant");
  const parsed = parseYaml(file, before);
  if ("diagnostics" in parsed) throw RequestRefusal.of(parsed.diagnostics);
  if (request.action === "change") return withChanges(file, before, request.changes ?? {});
  const lifecycle = (isMapping(parsed.value) ? parsed.value["lifecycle"] : undefined) ?? "active";
  if (!BEFORE[request.action].some((state) => state === lifecycle)) {
    const expected = BEFORE[request.action].join(" or ");
    throw RequestRefusal.of([
      parsed.source.locate({
        path: ["lifecycle"],
        atKey: false,
        message: `is ${JSON.stringify(lifecycle)}, expected ${expected} before a ${request.action}`,
      }),
    ]);
  }
  const after = withKey(before, "lifecycle", LIFECYCLE[request.action], "owner");
  if (request.action !== "decommission") return after;
  const holdUntil = request.holdUntil ?? addDays(dayOf(deadline), HOLD_DAYS_MIN);
  return withKey(after, "decommission", `{ holdUntil: ${holdUntil} }`, "lifecycle");
}

function withChanges(file: string, before: string, changes: Readonly<Record<string, unknown>>): string {
  const after = withKeys(before, changes);
  if ("text" in after) return after.text;
  throw refusal(file, after.problem);
}

function isMapping(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function refusal(file: string, message: string): RequestRefusal {
  return RequestRefusal.of([{ file, line: 1, column: 1, path: "", message }]);
}

/**
 * A text with a key of its top level set, and every other character as it was, whether the mapping is in block style or in
 * flow style (in braces). A key that is new comes behind another, where a reader looks for it: on a line of its own, or
 * behind a comma.
 */
function withKey(text: string, key: string, value: string, neighbour: string): string {
  const { contents } = parseDocument(text);
  const set = replaced(text, contents, key, value) ?? added(text, contents, key, value, neighbour);
  const before: unknown = parse(text);
  if (set === undefined || !isMapping(before)) throw new Error("a tenant's file is a mapping");
  // What is written is read again: a style that nobody thought of ends here, not in a wrong pull request.
  assert.deepEqual(parse(set), { ...before, [key]: parse(value) as unknown });
  return set;
}

/** The text with another value of a key; undefined when there is no such key. */
function replaced(text: string, contents: unknown, key: string, value: string): string | undefined {
  const range = pairOf(contents, key)?.value?.range;
  if (!range) return undefined;
  const [above, below] = [text.slice(0, range[0]), text.slice(range[1])];
  return `${above}${above.endsWith(":") ? " " : ""}${value}${below}`;
}

function added(text: string, contents: unknown, key: string, value: string, neighbour: string): string | undefined {
  const pair = pairOf(contents, neighbour);
  const [start, end] = [pair?.key.range?.[0], pair?.value?.range?.[1]];
  if (!isMap(contents) || start === undefined || end === undefined) return undefined;
  if (contents.flow === true) return `${text.slice(0, end)}, ${key}: ${value}${text.slice(end)}`;
  const indent = text.slice(text.lastIndexOf("\n", start) + 1, start).replace(/[^ ]/g, " ");
  const lineEnd = text.indexOf("\n", Math.max(0, end - 1));
  const [above, below] = lineEnd < 0 ? [`${text}\n`, ""] : [text.slice(0, lineEnd + 1), text.slice(lineEnd + 1)];
  return `${above}${indent}${key}: ${value}\n${below}`;
}

function pairOf(contents: unknown, key: string): { key: Node; value: Node | undefined } | undefined {
  const pair = isMap(contents)
    ? contents.items.find((item) => isScalar(item.key) && item.key.value === key)
    : undefined;
  return pair !== undefined && isNode(pair.key)
    ? { key: pair.key, value: isNode(pair.value) ? pair.value : undefined }
    : undefined;
}
