import { UserError } from "../../lib/userError.ts";

/** Page that every refusal names. */
export const BILLING_RUNBOOK = "docs/runbooks/billing.md";

/** Something about charges that a person can put right. */
export class BillingError extends UserError {
  override readonly name = "BillingError";

  /** @param section of {@link BILLING_RUNBOOK} */
  constructor(message: string, section: string) {
    super(`${message}. See ${BILLING_RUNBOOK}#${section}`);
  }
}
