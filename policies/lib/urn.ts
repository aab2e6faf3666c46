/** Type of the component that holds everything of one tenant; its logical name is the tenant's id. */
export const TENANT_COMPONENT = "odoo:saas:OdooTenant";

/** Type of the component that holds everything of the console. */
export const CONSOLE_COMPONENT = "odoo:saas:Console";

/** Stands for whose is what belongs to no tenant. */
export const SHARED = "(shared)";

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

/** As {@link isInTenant}, of the console. What a tenant's component holds is the tenant's, whatever else it is in. */
export function isInConsole(urn: string): boolean {
  return typesOf(urn).slice(0, -1).includes(CONSOLE_COMPONENT) && !isInTenant(urn);
}

/** Whose a resource is: the tenant whose component it is in, or {@link SHARED}. @param parents URNs by URN */
export function tenantOfUrn(urn: string, parents: ReadonlyMap<string, string>): string {
  for (let at: string | undefined = urn; at !== undefined && at !== ""; at = parents.get(at)) {
    if (typesOf(at).at(-1) === TENANT_COMPONENT) return nameOf(at);
  }
  return SHARED;
}

/** `urn:pulumi:<stack>::<project>::<type>$<type>…::<name>`, without what the name may hold. */
function typesOf(urn: string): string[] {
  return (urn.split("::")[2] ?? "").split("$");
}

/** Type of a resource, without those of what it is in. */
export function typeOf(urn: string): string {
  return typesOf(urn).at(-1) ?? "";
}

/** Logical name. */
export function nameOf(urn: string): string {
  return urn.split("::").slice(3).join("::");
}

/**
 * Part of a tenant that a resource is in, or of what tenants share: the words of the first type below the tenant's component,
 * or of the first type of all. `OdooTenant$TenantDatabase$…` is "database", `OdooTenant$KeycloakRealm$…` "keycloak realm".
 */
export function partOf(urn: string): string {
  const types = typesOf(urn);
  const type = types[types.indexOf(TENANT_COMPONENT) + 1] ?? TENANT_COMPONENT;
  return wordsOf(type).join(" ");
}

/** Words of a type's name in lower case, without a first one that only says whose it is. */
function wordsOf(type: string): readonly string[] {
  const [first = "", ...rest] =
    type
      .split(/[:/]/)
      .at(-1)
      ?.match(/[A-Z]+(?![a-z])|[A-Z]?[a-z0-9]+/g) ?? [];
  const words = rest.length > 0 && (first === "Tenant" || first === "Odoo") ? rest : [first, ...rest];
  return words.map((word) => word.toLowerCase());
}
