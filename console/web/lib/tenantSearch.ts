import type { z } from "zod";
import { SEVERITIES } from "../../api/alerting.ts";
import type { Flag, Status, TENANT_SORTS, tenantQuerySchema } from "../../api/tenants.ts";

/** Filters, order and page of the list of tenants, as they are in its address. */
export type TenantSearch = Partial<z.output<typeof tenantQuerySchema>>;

type Sort = (typeof TENANT_SORTS)[number];

/** Columns to sort by, with their headings. */
export const SORTS = {
  id: "Id",
  displayName: "Name",
  team: "Owner",
  status: "Status",
  plan: "Plan",
  backupAt: "Last backup",
  cost: "Monthly price",
} as const satisfies Record<Sort, string>;

/** Statuses in the order of a tenant's life, with what each means. */
export const STATUS_MEANINGS: Readonly<Record<Status, string>> = {
  declared: "An open request would create it; there is no file yet",
  merged: "The file is on the main branch; no stack has deployed it yet",
  "in sandbox": "Deployed in a sandbox",
  "in staging": "Deployed in staging",
  attested: "Staging’s tests have passed with what its files say now; it is not promoted yet",
  promoted: "Promoted to prod, which has not been deployed with it yet",
  "in prod": "Deployed in prod",
  pausing: "To be paused; a stack still runs it",
  paused: "No pods and no logins; data and backups are kept",
  resuming: "To be active again; a stack still has it paused",
  decommissioning: "As paused, until its data is deleted",
  archived: "Deleted; a record and a last backup are kept",
};

/** Flags with what each means. */
export const FLAG_MEANINGS: Readonly<Record<Flag, string>> = {
  drifted: "Its servers differ from what was deployed",
  unwatched: "Nothing measures it",
};

const isFlag = (value: unknown): value is Flag => typeof value === "string" && Object.hasOwn(FLAG_MEANINGS, value);
const isSort = (value: unknown): value is Sort => typeof value === "string" && Object.hasOwn(SORTS, value);
const isStatus = (value: unknown): value is Status =>
  typeof value === "string" && Object.hasOwn(STATUS_MEANINGS, value);
const text = (value: unknown) => {
  const trimmed = typeof value === "string" || typeof value === "number" ? String(value).trim().slice(0, 100) : "";
  return trimmed === "" ? undefined : trimmed;
};

/** A page's number; 1 for anything else. */
export function pageNumber(value: unknown): number {
  const number = Math.trunc(Number(value));
  return number >= 1 && number <= 10_000 ? number : 1;
}

/** Reads the page's address; what is not valid counts as absent, and defaults are left out. */
export function readTenantSearch(raw: Readonly<Record<string, unknown>>): TenantSearch {
  const page = pageNumber(raw["page"]);
  const values = {
    q: text(raw["q"]),
    status: isStatus(raw["status"]) ? raw["status"] : undefined,
    flag: isFlag(raw["flag"]) ? raw["flag"] : undefined,
    plan: text(raw["plan"]),
    bundle: text(raw["bundle"]),
    environment: text(raw["environment"]),
    alert: SEVERITIES.find((severity) => severity === raw["alert"]),
    sort: isSort(raw["sort"]) && raw["sort"] !== "id" ? raw["sort"] : undefined,
    order: raw["order"] === "desc" ? ("desc" as const) : undefined,
    page: page === 1 ? undefined : page,
  };
  return withoutUndefined(values);
}

/** An object without the keys that are undefined. */
export function withoutUndefined<Values extends object>(
  values: Values,
): { [Key in keyof Values]?: Exclude<Values[Key], undefined> } {
  // The type of Object.fromEntries forgets which key has which value.
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as {
    [Key in keyof Values]?: Exclude<Values[Key], undefined>;
  };
}
