/** Type of the component that holds everything of one tenant; its logical name is the tenant's id. */
export const TENANT_COMPONENT = "odoo:saas:OdooTenant";

/** The stack's name: the first part of `urn:pulumi:<stack>::<project>::<parent types>$<type>::<name>`. */
export function stackName(urn: string): string {
  // Stryker disable next-line StringLiteral: Stands in for a missing text; no name equals either text, so nothing changes.
  return urn.startsWith(PREFIX) ? urn.slice(PREFIX.length, urn.indexOf("::")) : "";
}

const PREFIX = "urn:pulumi:";

/**
 * Environment of a stack by its name: `staging` and `prod`, also with a cell (`prod-eu`); anything else is nobody's
 * production, such as `sandbox`.
 */
export function stackEnvironment(stack: string): "staging" | "prod" | undefined {
  const environment = stack.split("-", 1)[0];
  return environment === "staging" || environment === "prod" ? environment : undefined;
}

/** Whether the pack's configuration may switch a strictness off in a stack of that name. */
export function mayRelax(stack: string): boolean {
  return stack !== "" && stackEnvironment(stack) === undefined;
}

/** Whether a resource is inside a tenant's component, by the types of its parents, which are part of its URN. */
export function isInTenant(urn: string): boolean {
  return urn.includes(`::${TENANT_COMPONENT}$`) || urn.includes(`$${TENANT_COMPONENT}$`);
}
