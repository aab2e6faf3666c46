import type { ProjectFiles, Tenant } from "../../config/index.ts";

/** A price per month. */
export interface Money {
  readonly amount: number;
  readonly currency: string;
}

/**
 * What a tenant costs per month: its plan's price in each environment, whose own plan counts first.
 *
 * @returns undefined where a plan is missing, or their currencies differ
 */
export function monthlyCost(
  { plan, environments }: Pick<Tenant, "plan" | "environments">,
  plans: ProjectFiles["plans"],
): Money | undefined {
  let sum: Money | undefined;
  for (const environment of Object.values(environments)) {
    const price = plans.get(environment.plan ?? plan)?.pricePerMonth;
    if (price === undefined || (sum !== undefined && sum.currency !== price.currency)) return undefined;
    sum = { amount: (sum?.amount ?? 0) + price.amount, currency: price.currency };
  }
  return sum;
}
