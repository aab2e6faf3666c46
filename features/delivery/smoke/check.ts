import type { Bundle, TenantSpec } from "../../../config/index.ts";
import type { ModulesAlong } from "../../../config/modules.ts";
import type { StackAccess, TenantAccess } from "./access.ts";

/** What a check looks at. */
export interface Subject {
  readonly spec: TenantSpec;
  readonly own: TenantAccess;
  readonly access: StackAccess;
  /** All bundles by name. */
  readonly bundles: ReadonlyMap<string, Bundle>;
  /** Names what Odoo installs by itself beside modules. */
  readonly along: ModulesAlong;
}

/** A check of one tenant: returns what it has seen, or throws what is wrong. */
export type Check = (subject: Subject) => Promise<string>;
