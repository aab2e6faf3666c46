import { UserError } from "../../lib/userError.ts";

/** Page with a section for everything that can go wrong with the analytics hub. */
export const RUNBOOK = "docs/runbooks/analytics-hub.md";

/** Dashboards cannot be synchronised or checked; the message says what to do and names the runbook. */
export class AnalyticsError extends UserError {
  override readonly name = "AnalyticsError";

  /** @param section of {@link RUNBOOK} */
  constructor(message: string, section: "template" | "stack" | "superset" | "tenant" | "drift") {
    super(`${message}. See ${RUNBOOK}#${section}`);
  }
}
