/** Roles of staff, as the realm `platform` names them. */
export const ROLES = ["engineer", "operator", "finance", "auditor"] as const;

/** A role of staff. */
export type Role = (typeof ROLES)[number];

/** Whose a thing must be for a role to reach it. */
type Scope = "all" | "own" | "none";

/** What may be done, and by whom. */
type Row = Readonly<Record<Role, Scope>> & {
  /** A sentence for people: `docs/console-access.md` is made of it. */
  readonly about: string;
};

/**
 * Who may do what. A row per action, a cell per role: `all`, `own` (what the person did), or `none`. A route names one of these
 * actions, and cannot be registered without.
 */
export const ACCESS = {
  "fleet:read": {
    about:
      "See the dashboard, the list of tenants, and of each its overview: owner, hosts, plan, cost and backup plan.",
    engineer: "all",
    operator: "all",
    finance: "all",
    auditor: "all",
  },
  "tenant:read": {
    about: "See the details of a tenant: its file, changes, modules, infrastructure, backups and access.",
    engineer: "all",
    operator: "all",
    finance: "none",
    auditor: "all",
  },
  "request:read": {
    about: "See requests and their progress.",
    engineer: "all",
    operator: "all",
    finance: "none",
    auditor: "all",
  },
  "request:check": {
    about: "See what the forms offer, and check a change before it is sent.",
    engineer: "all",
    operator: "all",
    finance: "none",
    auditor: "none",
  },
  "request:create": {
    about: "Ask for a new tenant.",
    engineer: "all",
    operator: "none",
    finance: "none",
    auditor: "none",
  },
  "request:change": {
    about: "Ask for a change of a tenant's file.",
    engineer: "all",
    operator: "none",
    finance: "none",
    auditor: "none",
  },
  "request:pause": {
    about: "Ask to pause a tenant.",
    engineer: "all",
    operator: "all",
    finance: "none",
    auditor: "none",
  },
  "request:resume": {
    about: "Ask to resume a paused tenant.",
    engineer: "all",
    operator: "all",
    finance: "none",
    auditor: "none",
  },
  "request:decommission": {
    about: "Ask to decommission a tenant, with the first day on which its data may be deleted.",
    engineer: "all",
    operator: "none",
    finance: "none",
    auditor: "none",
  },
  "audit:read": {
    about: "See who did what in the console.",
    engineer: "all",
    operator: "own",
    finance: "own",
    auditor: "all",
  },
} as const satisfies Readonly<Record<string, Row>>;

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
