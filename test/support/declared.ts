import type { Declared } from "../../lib/pulumi.ts";

/** A resource that is declared and not in the state, with a password that the state has made. */
export function declared(type: string, inputs: Record<string, unknown>): Declared {
  return {
    urn: `urn:pulumi:test::odoo-saas::${type}::it`,
    type,
    name: "it",
    inputs,
    madeFrom: { password: ["urn:password"] },
  };
}
