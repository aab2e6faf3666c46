/** The policy pack as a program, from the project's root: what `--policy-pack` is given. */
export const POLICY_PACK = "policies/pulumi-analyzer-odoo-saas";
