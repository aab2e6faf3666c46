import { queryOptions } from "@tanstack/react-query";
import type { billingSchema, documentSchema, lineEventsSchema, moneyTabSchema } from "../../api/billing.ts";
import type { auditSchema, dashboardSchema, searchSchema } from "../../api/dashboard.ts";
import type { optionsSchema, preflightSchema, requestSchema, requestsSchema } from "../../api/requests.ts";
import type { aboutSchema, sessionSchema } from "../../api/session.ts";
import type {
  accessSchema,
  changesSchema,
  dataSchema,
  infraSchema,
  modulesSchema,
  tenantSchema,
  tenantsSchema,
} from "../../api/tenants.ts";
import type { TenantSearch } from "./tenantSearch.ts";
import { get, post } from "./http.ts";

const MINUTE = 60_000;

/** A query string of what is set. */
export function queryString(values: Readonly<Record<string, string | number | undefined>>): string {
  const set = Object.entries(values).flatMap(([key, value]) =>
    value === undefined || value === "" ? [] : [[key, String(value)]],
  );
  return set.length === 0 ? "" : `?${new URLSearchParams(set).toString()}`;
}

/** Brand, version and environment. */
export const about = queryOptions({
  queryKey: ["about"],
  queryFn: ({ signal }) => get<typeof aboutSchema>("/api/about", signal),
  staleTime: Infinity,
});

/** Who is logged in. */
export const session = queryOptions({
  queryKey: ["session"],
  queryFn: ({ signal }) => get<typeof sessionSchema>("/api/session", signal),
  staleTime: 5 * MINUTE,
});

/** The dashboard. */
export const dashboard = queryOptions({
  queryKey: ["dashboard"],
  queryFn: ({ signal }) => get<typeof dashboardSchema>("/api/dashboard", signal),
  refetchInterval: MINUTE,
});

/** A page of the list of tenants. */
export const tenants = (search: TenantSearch) =>
  queryOptions({
    queryKey: ["tenants", search],
    queryFn: ({ signal }) => get<typeof tenantsSchema>(`/api/tenants${queryString({ ...search })}`, signal),
    placeholderData: (previous) => previous,
  });

const tenantPath = (id: string) => `/api/tenants/${encodeURIComponent(id)}`;

/** A tenant's overview. */
export const tenant = (id: string) =>
  queryOptions({
    queryKey: ["tenant", id],
    queryFn: ({ signal }) => get<typeof tenantSchema>(tenantPath(id), signal),
    // What is under way ends without the reader's doing.
    refetchInterval: ({ state: { data } }) =>
      data?.request !== undefined || data?.status === "pausing" || data?.status === "resuming" ? 5000 : MINUTE,
  });

/** A page of a tenant's time line. */
export const tenantChanges = (id: string, page: number) =>
  queryOptions({
    queryKey: ["tenant", id, "changes", page],
    queryFn: ({ signal }) => get<typeof changesSchema>(`${tenantPath(id)}/changes${queryString({ page })}`, signal),
    placeholderData: (previous) => previous,
  });

/** A tenant's modules. */
export const tenantModules = (id: string) =>
  queryOptions({
    queryKey: ["tenant", id, "modules"],
    queryFn: ({ signal }) => get<typeof modulesSchema>(`${tenantPath(id)}/modules`, signal),
  });

/** A tenant's resources. */
export const tenantInfra = (id: string) =>
  queryOptions({
    queryKey: ["tenant", id, "infra"],
    queryFn: ({ signal }) => get<typeof infraSchema>(`${tenantPath(id)}/infra`, signal),
  });

/** A tenant's backups and drills. */
export const tenantData = (id: string) =>
  queryOptions({
    queryKey: ["tenant", id, "data"],
    queryFn: ({ signal }) => get<typeof dataSchema>(`${tenantPath(id)}/data`, signal),
  });

/** Who reaches a tenant, and whom it reaches. */
export const tenantAccess = (id: string) =>
  queryOptions({
    queryKey: ["tenant", id, "access"],
    queryFn: ({ signal }) => get<typeof accessSchema>(`${tenantPath(id)}/access`, signal),
  });

/** Who pays for a tenant, and what it costs. */
export const tenantMoney = (id: string) =>
  queryOptions({
    queryKey: ["tenant", id, "money"],
    queryFn: ({ signal }) => get<typeof moneyTabSchema>(`${tenantPath(id)}/money`, signal),
  });

/** A month's charges; undefined: of the current month. */
export const billing = (month: string | undefined) =>
  queryOptions({
    queryKey: ["billing", month],
    queryFn: ({ signal }) => get<typeof billingSchema>(`/api/billing${queryString({ month })}`, signal),
    placeholderData: (previous) => previous,
  });

/** A statement or credit note. */
export const billingDocument = (id: string) =>
  queryOptions({
    queryKey: ["billing-document", id],
    queryFn: ({ signal }) => get<typeof documentSchema>(`/api/billing/documents/${encodeURIComponent(id)}`, signal),
  });

/** The readings that a line's amount comes from. */
export const lineEvents = (id: string, position: number) =>
  queryOptions({
    queryKey: ["billing-document", id, "line", position],
    queryFn: ({ signal }) =>
      get<typeof lineEventsSchema>(`/api/billing/documents/${encodeURIComponent(id)}/lines/${position}`, signal),
  });

/** What the forms offer. */
export const options = queryOptions({
  queryKey: ["options"],
  queryFn: ({ signal }) => get<typeof optionsSchema>("/api/options", signal),
  staleTime: 5 * MINUTE,
});

/** What a request would do; nothing is sent. */
export const preflight = (input: Readonly<Record<string, unknown>>) =>
  queryOptions({
    queryKey: ["preflight", input],
    queryFn: () => post<typeof preflightSchema>("/api/preflight", input),
    placeholderData: (previous) => previous,
    staleTime: MINUTE,
  });

/** A page of requests. */
export const requests = (search: { readonly state: string; readonly tenant?: string; readonly page: number }) =>
  queryOptions({
    queryKey: ["requests", search],
    queryFn: ({ signal }) => get<typeof requestsSchema>(`/api/requests${queryString({ ...search })}`, signal),
    placeholderData: (previous) => previous,
    refetchInterval: MINUTE,
  });

/** A request. */
export const request = (id: string) =>
  queryOptions({
    queryKey: ["request", id],
    queryFn: ({ signal }) => get<typeof requestSchema>(`/api/requests/${encodeURIComponent(id)}`, signal),
  });

/** A page of the audit log. */
export const audit = (search: { readonly page: number; readonly actor?: string }) =>
  queryOptions({
    queryKey: ["audit", search],
    queryFn: ({ signal }) => get<typeof auditSchema>(`/api/audit${queryString({ ...search })}`, signal),
    placeholderData: (previous) => previous,
  });

/** Hits for the command palette. */
export const search = (q: string) =>
  queryOptions({
    queryKey: ["search", q],
    queryFn: ({ signal }) => get<typeof searchSchema>(`/api/search${queryString({ q })}`, signal),
    placeholderData: (previous) => previous,
    enabled: q !== "",
  });
