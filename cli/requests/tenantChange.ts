import { isNode, parseDocument, stringify } from "yaml";
import { formatDiagnostics } from "../../config/index.ts";
import { addDays, dayOf, HOLD_DAYS_MIN } from "../../config/lifecycle.ts";
import { tenantFile } from "../../config/rules/rule.ts";
import { RequestRefusal } from "./refusal.ts";
import type { Request } from "./request.ts";

const HEADER = "# yaml-language-server: $schema=../schemas/tenant.schema.json\n";

/** What each action but `create` makes of a lifecycle. */
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
    if (before !== undefined) throw refusal(file, "is there already, expected a new tenant's id");
    return HEADER + stringify(request.file, { lineWidth: 0 });
  }
  if (before === undefined) throw refusal(file, "does not exist, expected the id of a tenant that there is");
  const lifecycle = parseDocument(before).get("lifecycle") ?? "active";
  if (!BEFORE[request.action].some((state) => state === lifecycle)) {
    const expected = BEFORE[request.action].join(" or ");
    throw refusal(
      file,
      `lifecycle: is ${JSON.stringify(lifecycle)}, expected ${expected} before a ${request.action}`,
      lineOf(before, "lifecycle"),
    );
  }
  const after = withKey(before, "lifecycle", LIFECYCLE[request.action], "owner");
  if (request.action !== "decommission") return after;
  const holdUntil = request.holdUntil ?? addDays(dayOf(deadline), HOLD_DAYS_MIN);
  return withKey(after, "decommission", `{ holdUntil: ${holdUntil} }`, "lifecycle");
}

function refusal(file: string, message: string, line = 1): RequestRefusal {
  const diagnostic = { file, line, column: 1, path: "", message };
  return new RequestRefusal(formatDiagnostics([diagnostic]), "refused", [diagnostic]);
}

function lineOf(text: string, key: string): number {
  return (
    Math.max(
      0,
      text.split("\n").findIndex((line) => line.startsWith(`${key}:`)),
    ) + 1
  );
}

/**
 * A text with a key of its top level set, and every other character as it was. A key that is new comes on the line behind
 * another, where a reader looks for it.
 */
function withKey(text: string, key: string, value: string, neighbour: string): string {
  const ranges = (name: string): readonly number[] => {
    const node = parseDocument(text).get(name, true);
    return (isNode(node) ? node.range : undefined) ?? [];
  };
  const [from, to] = ranges(key);
  if (from !== undefined && to !== undefined) return text.slice(0, from) + value + text.slice(to);
  const [, end = 0] = ranges(neighbour);
  const lineEnd = text.indexOf("\n", Math.max(0, end - 1));
  const [above, below] = lineEnd < 0 ? [`${text}\n`, ""] : [text.slice(0, lineEnd + 1), text.slice(lineEnd + 1)];
  return `${above}${key}: ${value}\n${below}`;
}
