import { CHANGEABLE_KEYS } from "./actions.ts";
import type { Action, ChangeableKey } from "./actions.ts";

/** What an administrator of a tenant may ask for, through the console. */
const TENANT_ACTIONS: readonly Action[] = ["change", "pause", "resume"];

/**
 * Keys of the own tenant's file that an administrator of it may change. None makes the tenant larger than its plan, costs more, opens
 * the network or names another owner: plan, storage, environments, sign-on and owner are staff's to change.
 */
const TENANT_KEYS = ["displayName", "bundles", "modules", "backup"] as const satisfies readonly ChangeableKey[];

/** Keys of a tenant's file that somebody may ask to change. @param tenant of which the person is; undefined: staff */
export function changeableKeys(tenant: string | undefined): readonly ChangeableKey[] {
  return tenant === undefined ? CHANGEABLE_KEYS : TENANT_KEYS;
}

/**
 * The tenant and the mail address of a person of a tenant, who is written `<tenant>/<address>`: no GitHub login has a slash.
 *
 * @returns undefined for a GitHub login
 */
export function tenantPersonOf(
  person: string | undefined,
): { readonly tenant: string; readonly address: string } | undefined {
  const [, tenant, address] = /^([a-z0-9-]+)\/(.+)$/.exec(person ?? "") ?? [];
  return tenant === undefined || address === undefined ? undefined : { tenant, address };
}

/** What of a request {@link tenantPersonProblem} judges. */
interface PersonsRequest {
  readonly action: Action;
  readonly tenant: string;
  readonly onBehalfOf?: string;
  readonly changes?: Readonly<Record<string, unknown>>;
}

/** Why a person of a tenant may not ask for something; undefined where they may, and for everybody else. */
export function tenantPersonProblem({ action, tenant, onBehalfOf, changes = {} }: PersonsRequest): string | undefined {
  const person = tenantPersonOf(onBehalfOf);
  if (person === undefined) return undefined;
  const is = `is ${JSON.stringify(onBehalfOf)}, a person of ${person.tenant}`;
  if (person.tenant !== tenant) return `${is}, who can ask for nothing of ${tenant}`;
  if (!TENANT_ACTIONS.includes(action)) return `${is}, who can ask for ${TENANT_ACTIONS.join(", ")}, not ${action}`;
  const other = Object.keys(changes).find((key) => !TENANT_KEYS.some((own) => own === key));
  if (other === undefined) return undefined;
  return `${is}, who can ask to change ${TENANT_KEYS.join(", ")}, not ${other}: ask the operators of the platform`;
}
