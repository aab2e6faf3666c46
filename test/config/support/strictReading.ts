import { FAILSAFE_SCHEMA, load } from "js-yaml";
import { isDeepStrictEqual } from "node:util";

/** Controls but for line breaks, byte order marks, and what reorders or breaks lines for some readers only. */
const UNPRINTABLE = /(?![\r\n])\p{Cc}|[\ufeff\ufffe\uffff\u2028\u2029\u202a-\u202e\u2066-\u2069]/u;

/** Keys whose values are numbers; everything else in a tenant file is text. */
const NUMBERS = /^(?:credentials\.|backup\.keep\.)/;

/**
 * What the README and the schema's descriptions promise for what a tenant file leaves out, written down a second time.
 */
const DEFAULTS = {
  lifecycle: "active",
  plan: "standard",
  cell: "main",
  modules: { add: [], remove: [] },
  analytics: { models: [] },
  backup: { schedule: "0 2 * * *", keep: { daily: 7, weekly: 4, monthly: 3 } },
  sso: { template: "standard" },
  credentials: { database: 1, realm: 1, analytics: 1 },
};

/**
 * Reads a tenant file a second time, with another parser and without the schema: strictly, scalars as text, and with the
 * defaults filled in.
 *
 * @returns what the file means, or why it must not be taken.
 */
export function strictReading(bytes: Buffer): { readonly meaning: unknown } | { readonly refusal: string } {
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return { refusal: "is not UTF-8" };
  }
  const unprintable = UNPRINTABLE.exec(text);
  if (unprintable !== null) return { refusal: `has the character ${JSON.stringify(unprintable[0])}` };
  if (/\r(?!\n)/.test(text)) return { refusal: "has a line break that not every reader takes for one" };
  if (/^%/m.test(text)) return { refusal: "has a directive" };
  const anchors: string[] = [];
  let value: unknown;
  try {
    value = load(text, {
      schema: FAILSAFE_SCHEMA,
      listener: (_event, state) => {
        if ("anchor" in state && typeof state.anchor === "string") anchors.push(state.anchor);
      },
    });
  } catch (error) {
    return { refusal: error instanceof Error ? error.message : String(error) };
  }
  if (anchors.length > 0) return { refusal: `has the anchor ${anchors.join(", ")}` };
  return { meaning: withDefaults(DEFAULTS, withDomains(typed(value))) };
}

/** Whether a tenant that the loader gave is what a strict reading of its file gives. */
export function means(tenant: object, meaning: unknown): boolean {
  return isDeepStrictEqual(structuredClone(tenant), meaning);
}

function typed(value: unknown, path = ""): unknown {
  if (typeof value === "string") return NUMBERS.test(path) ? Number(value) : value;
  if (Array.isArray(value)) return value.map((item: unknown) => typed(item));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, typed(item, path === "" ? key : `${path}.${key}`)]),
  );
}

/** An environment without `domains` has none. */
function withDomains(value: unknown): unknown {
  if (typeof value !== "object" || value === null || !("environments" in value)) return value;
  const overlays: [string, unknown][] = Object.entries(value.environments ?? {});
  const environments: Record<string, unknown> = {};
  for (const [name, overlay] of overlays)
    environments[name] = isMapping(overlay) ? { domains: [], ...overlay } : overlay;
  return { ...value, environments };
}

function withDefaults(defaults: unknown, value: unknown): unknown {
  if (value === undefined) return defaults;
  if (!isMapping(defaults) || !isMapping(value)) return value;
  const keys = [...new Set([...Object.keys(defaults), ...Object.keys(value)])];
  return Object.fromEntries(keys.map((key) => [key, withDefaults(defaults[key], value[key])]));
}

function isMapping(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
