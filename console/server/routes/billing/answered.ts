import { BillingError } from "../../../../features/billing/index.ts";
import { Problem } from "../../problem.ts";

/** Runs what billing does. @throws Problem where it refuses, in its words */
export async function answered<Result>(act: () => Promise<Result>): Promise<Result> {
  try {
    return await act();
  } catch (error) {
    if (error instanceof BillingError) throw new Problem(409, error.message);
    throw error;
  }
}
