/** Roles of staff, as the realm `platform` names them. */
export const ROLES = ["engineer", "operator", "finance", "auditor"] as const;

/** A role of staff. */
export type Role = (typeof ROLES)[number];

/** Whose a thing must be for a role to reach it. */
type Scope = "all" | "own" | "none";

/**
 * Who may do what. A row per action, a cell per role: `all`, `own` (what the person did), or `none`. A route names one of these
 * actions, and cannot be registered without.
 */
export const ACCESS = {
  /** See the dashboard, and the list of tenants with names, status and cost. */
  "fleet:read": { engineer: "all", operator: "all", finance: "all", auditor: "all" },
  /** See what a tenant is made of: changes, modules, infrastructure, access. */
  "tenant:read": { engineer: "all", operator: "all", finance: "none", auditor: "all" },
  /** See requests and their progress. */
  "request:read": { engineer: "all", operator: "all", finance: "none", auditor: "all" },
  /** Check a change before it is sent. */
  "request:check": { engineer: "all", operator: "all", finance: "none", auditor: "none" },
  "request:create": { engineer: "all", operator: "none", finance: "none", auditor: "none" },
  "request:change": { engineer: "all", operator: "none", finance: "none", auditor: "none" },
  "request:pause": { engineer: "all", operator: "all", finance: "none", auditor: "none" },
  "request:resume": { engineer: "all", operator: "all", finance: "none", auditor: "none" },
  "request:decommission": { engineer: "all", operator: "none", finance: "none", auditor: "none" },
  /** See who did what in the console. */
  "audit:read": { engineer: "all", operator: "own", finance: "own", auditor: "all" },
} as const satisfies Readonly<Record<string, Readonly<Record<Role, Scope>>>>;

/** Something that a person may be allowed to do. */
export type Action = keyof typeof ACCESS;

/** Every action, in the order of {@link ACCESS}. */
export const ACTIONS = Object.keys(ACCESS).filter((key): key is Action => key in ACCESS);

/** Who asks. */
export interface Principal {
  /** Name in the realm, which is the person's GitHub login. */
  readonly login: string;
  readonly roles: readonly Role[];
}

/** What is asked for. */
export interface Resource {
  /** Login of the person who did it; absent for what is nobody's. */
  readonly actor?: string;
}

/** Whether a person may do something: the only place where that is decided. Several roles add up. */
export function allowed({ login, roles }: Principal, action: Action, { actor }: Resource = {}): boolean {
  return roles.some((role) => {
    const scope: Scope = ACCESS[action][role];
    return scope === "all" || (scope === "own" && actor === login);
  });
}

/** Whether a person may do something with all of its kind, or with their own at least. */
export function reach({ roles }: Principal, action: Action): Scope {
  const scopes = roles.map((role): Scope => ACCESS[action][role]);
  return scopes.includes("all") ? "all" : scopes.includes("own") ? "own" : "none";
}
