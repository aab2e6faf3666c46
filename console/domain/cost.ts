import { Decimal } from "decimal.js";
import { dayOf } from "../../config/lifecycle.ts";
import { listPrice } from "../../config/index.ts";
import type { ProjectFiles, Tenant } from "../../config/index.ts";

/** A price per month. */
export interface Money {
  readonly amount: number;
  readonly currency: string;
}

/**
 * What a tenant costs per month: its plan's price in each environment, whose own plan counts first.
 *
 * @param today day (UTC) whose prices count. @default the day that it is
 * @returns undefined where a plan has no price in the tenant's currency
 */
export function monthlyCost(
  tenant: Pick<Tenant, "plan" | "environments" | "billing">,
  files: Pick<ProjectFiles, "companies" | "prices">,
  today = dayOf(new Date()),
): Money | undefined {
  let sum: Money | undefined;
  for (const environment of Object.values(tenant.environments)) {
    const price = listPrice(files, tenant, environment.plan ?? tenant.plan, today);
    if (price === undefined) return undefined;
    sum = { amount: new Decimal(sum?.amount ?? 0).plus(price.amount).toNumber(), currency: price.currency };
  }
  return sum;
}
