import { PolicyPack } from "@pulumi/policy";
import { POLICIES } from "./all.ts";
import { noteOperation } from "./lib/operation.ts";
import { memoizeDeserialization } from "./lib/memoizeDeserialization.ts";

// Stryker disable next-line CallExpression: Only how fast the pack is: it judges the same without.
memoizeDeserialization();
// Stryker disable next-line CallExpression: test/policies/pack.test.ts starts the pack in another process, where this mutant is not active, and fails when it is made by hand.
noteOperation();

// Stryker disable next-line StringLiteral: test/policies/pack.test.ts starts the pack in another process, where this mutant is not active, and fails when it is made by hand.
new PolicyPack("odoo-saas", {
  description: "Isolation, security and safety rules of the Odoo platform",
  // Stryker disable next-line StringLiteral: Each policy says so itself, which test/policies/pack.test.ts asks of each.
  enforcementLevel: "mandatory",
  policies: POLICIES,
});
