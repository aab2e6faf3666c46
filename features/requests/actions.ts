import type { TenantFile } from "../../config/schemas/tenant.ts";

/** What can be asked for. */
export const ACTIONS = ["create", "change", "pause", "resume", "decommission"] as const;
export type Action = (typeof ACTIONS)[number];

/** Keys of a tenant's file that a request may change. Not the lifecycle, which has actions of its own, nor what moves data or books. */
export const CHANGEABLE_KEYS = [
  "displayName",
  "owner",
  "plan",
  "storage",
  "bundles",
  "modules",
  "environments",
  "analytics",
  "backup",
  "sso",
  "credentials",
] as const satisfies readonly (keyof TenantFile)[];
/** A key of {@link CHANGEABLE_KEYS}. */
export type ChangeableKey = (typeof CHANGEABLE_KEYS)[number];
