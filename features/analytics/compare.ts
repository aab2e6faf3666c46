/** Compared values, of which what Superset adds by itself was left out. */
export type Plain = string | number | boolean | readonly Plain[] | { readonly [key: string]: Plain };

/** Keys that Superset's export leaves out or adds, and numbers that each Superset gives. */
const OWN_KEYS = new Set([
  "version",
  "is_managed_externally",
  "external_url",
  "configuration_method",
  "datasource",
  "chartId",
  // Written under its new name.
  "allow_csv_upload",
  "allow_file_upload",
]);

/** Lists that have no order. */
const NAMED_BY = ["column_name", "metric_name"];

/**
 * Brings an asset, as it is rendered or as Superset exports it, into a form that two of them can be compared in.
 *
 * @returns undefined for what is empty: the export writes it, and the templates leave it out
 */
export function plain(value: unknown, key = ""): Plain | undefined {
  if (value === null || value === undefined || OWN_KEYS.has(key)) return undefined;
  // A query is kept as JSON in a text.
  if (key === "query_context" && typeof value === "string") return plain(JSON.parse(value));
  if (Array.isArray(value)) {
    const items = value.flatMap((each: unknown): Plain[] => {
      const item = plain(each);
      return item === undefined ? [] : [item];
    });
    const name = NAMED_BY.find((by) => items.every((item) => typeof item === "object" && by in item));
    if (items.length === 0) return undefined;
    return name === undefined ? items : items.sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
  }
  if (typeof value === "object") {
    const entries = Object.entries(value).flatMap(([name, each]): [string, Plain][] => {
      const inner = plain(each, name);
      return inner === undefined ? [] : [[name, inner]];
    });
    return entries.length === 0 ? undefined : Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
  }
  if (typeof value === "string") return value === "" ? undefined : value;
  return typeof value === "number" || typeof value === "boolean" ? value : undefined;
}

/** Paths at which two values differ, such as `params.metric`. */
export function differences(wanted: Plain | undefined, has: Plain | undefined, path = ""): string[] {
  if (JSON.stringify(wanted) === JSON.stringify(has)) return [];
  if (isMapping(wanted) && isMapping(has)) {
    return [...new Set([...Object.keys(wanted), ...Object.keys(has)])].flatMap((key) =>
      differences(wanted[key], has[key], path === "" ? key : `${path}.${key}`),
    );
  }
  return [path];
}

function isMapping(value: Plain | undefined): value is Readonly<Record<string, Plain>> {
  return typeof value === "object" && !Array.isArray(value);
}
