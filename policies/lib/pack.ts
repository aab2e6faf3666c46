import packageJson from "../package.json" with { type: "json" };
import { POLICIES } from "../all.ts";

/** The pack, as both who hosts it here and Pulumi's own runner say it. */
export const PACK = {
  // Stryker disable next-line StringLiteral: test/policies/pack.test.ts starts the pack in another process, where this mutant is not active, and fails when it is made by hand.
  name: "odoo-saas",
  version: packageJson.version,
  description: "Isolation, security and safety rules of the Odoo platform",
  // Stryker disable next-line StringLiteral: Each policy says so itself, which test/policies/pack.test.ts asks of each.
  enforcementLevel: "mandatory",
  policies: POLICIES,
} as const;
