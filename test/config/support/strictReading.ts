import { FAILSAFE_SCHEMA, load } from "js-yaml";
import { isDeepStrictEqual } from "node:util";

/** What is not seen, or looks like a space and is none: controls but for line breaks, formats, private and unassigned. */
const UNSEEN = /(?![\r\n])\p{C}|(?! )\p{Z}|(?!\ufe0f)\p{Default_Ignorable_Code_Point}|\u2800/u;

/** The same in a text for people, where nothing chooses how a sign looks. */
const UNSEEN_IN_TEXT = /\p{C}|(?! )\p{Z}|\p{Default_Ignorable_Code_Point}|\u2800|^\p{M}/u;

/** Texts for people. */
const FREE = /^(?:displayName|sso\.identityProvider\.displayName)$/;

/** A text for people without quotes, and a comment behind it: who wrote it may have meant both. */
const CUT = /^ *(?:[{,].*)?["']?displayName["']?: +[^\s"'|>#{[][^\n]* #/m;

/** A whole number in the one form that all readers take for the same. */
const DECIMAL = /^(?:0|-?[1-9]\d*)(?:\.0+)?$/;

/** Keys whose values are numbers; everything else in a tenant file is text. */
const NUMBERS = /^(?:credentials\.|backup\.keep\.)/;

/**
 * What the README and the schema's descriptions promise for what a tenant file leaves out, written down a second time.
 */
const DEFAULTS = {
  company: { language: "en_US" },
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
  const unseen = UNSEEN.exec(text);
  if (unseen !== null) return { refusal: `has the character ${JSON.stringify(unseen[0])}` };
  if (CUT.test(text)) return { refusal: "has a comment behind a name" };
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
  for (const [path, item] of textsOf(value)) {
    if (NUMBERS.test(path) && !DECIMAL.test(item)) return { refusal: `${path} is not decimal` };
    if (FREE.test(path) && UNSEEN_IN_TEXT.test(item)) return { refusal: `${path} has what is not seen` };
    if (path === "backup.schedule" && !comesEachWeek(item)) return { refusal: `${path} comes too rarely` };
  }
  return { meaning: withDefaults(DEFAULTS, withDomains(typed(value))) };
}

/** Texts by path, keys joined by dots. */
function textsOf(value: unknown, path = ""): [path: string, text: string][] {
  if (typeof value === "string") return [[path, value]];
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, item]) => textsOf(item, path === "" ? key : `${path}.${key}`));
}

/** Whether a schedule comes within each seven days of a year that is not a leap year: looked for day by day. */
function comesEachWeek(schedule: string): boolean {
  const [, , days = "", months = "", weekdays = ""] = schedule.split(" ");
  const holds = (field: string, value: number, first: number) =>
    field.split(",").some((part) => {
      const [range = "", every] = part.split("/");
      const [from, to = every === undefined ? from : "99"] = range === "*" ? [String(first), "99"] : range.split("-");
      return value >= Number(from) && value <= Number(to) && (value - Number(from)) % Number(every ?? 1) === 0;
    });
  const isBoth = [days, weekdays].some((field) => field.split(",").some((part) => /^\*(\/0?1)?$/.test(part)));
  const isDue = Array.from({ length: 365 }, (_, index) => new Date(Date.UTC(2027, 0, 1 + index))).map((date) => {
    const day = holds(days, date.getUTCDate(), 1);
    const weekday = holds(weekdays, date.getUTCDay(), 0);
    return holds(months, date.getUTCMonth() + 1, 1) && (isBoth ? day && weekday : day || weekday);
  });
  return Array.from({ length: 359 }, (_, first) => isDue.slice(first, first + 7)).every((week) => week.includes(true));
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
