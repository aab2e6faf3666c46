/** Roles of staff, as the realm `platform` names them. */
export const STAFF_ROLES = ["engineer", "operator", "finance", "auditor"] as const;

/** Role of a person whom a tenant's file names, and whom the tenant's own realm has logged in. */
export const TENANT_ADMIN = "tenant-admin";

/** Every role. */
export const ROLES = [...STAFF_ROLES, TENANT_ADMIN] as const;

/** A role of a person. */
export type Role = (typeof ROLES)[number];

/** Whose a thing must be for a role to reach it. */
type Scope = "all" | "tenant" | "own" | "none";

/** What may be done, and by whom. */
type Row = Readonly<Record<Role, Scope>> & {
  /** A sentence for people: `docs/console-access.md` is made of it. */
  readonly about: string;
};

/**
 * Who may do what. A row per action, a cell per role: `all`, `tenant` (what is the person's tenant's), `own` (what the person
 * did), or `none`. A route names one of these actions, and cannot be registered without.
 */
export const ACCESS = {
  "dashboard:read": {
    about: "See the dashboard: what waits for somebody, and figures of the whole fleet.",
    engineer: "all",
    operator: "all",
    finance: "all",
    auditor: "all",
    "tenant-admin": "none",
  },
  "fleet:read": {
    about: "See the list of tenants, and of each its overview: owner, hosts, plan, cost and backup plan.",
    engineer: "all",
    operator: "all",
    finance: "all",
    auditor: "all",
    "tenant-admin": "tenant",
  },
  "tenant:read": {
    about: "See the details of a tenant: its file, changes, modules, infrastructure, backups and access.",
    engineer: "all",
    operator: "all",
    finance: "none",
    auditor: "all",
    "tenant-admin": "none",
  },
  "modules:read": {
    about: "See what Odoo installs for a tenant, and how far each Enterprise feature is covered.",
    engineer: "all",
    operator: "all",
    finance: "none",
    auditor: "all",
    "tenant-admin": "tenant",
  },
  "request:read": {
    about: "See requests and their progress.",
    engineer: "all",
    operator: "all",
    finance: "none",
    auditor: "all",
    "tenant-admin": "tenant",
  },
  "request:check": {
    about: "See what the forms offer, and check a change before it is sent.",
    engineer: "all",
    operator: "all",
    finance: "none",
    auditor: "none",
    "tenant-admin": "tenant",
  },
  "request:create": {
    about: "Ask for a new tenant.",
    engineer: "all",
    operator: "none",
    finance: "none",
    auditor: "none",
    "tenant-admin": "none",
  },
  "request:change": {
    about: "Ask for a change of a tenant's file; a tenant's administrator of some keys, within the plan.",
    engineer: "all",
    operator: "none",
    finance: "none",
    auditor: "none",
    "tenant-admin": "tenant",
  },
  "request:pause": {
    about: "Ask to pause a tenant.",
    engineer: "all",
    operator: "all",
    finance: "none",
    auditor: "none",
    "tenant-admin": "tenant",
  },
  "request:resume": {
    about: "Ask to resume a paused tenant.",
    engineer: "all",
    operator: "all",
    finance: "none",
    auditor: "none",
    "tenant-admin": "tenant",
  },
  "request:decommission": {
    about: "Ask to decommission a tenant, with the first day on which its data may be deleted.",
    engineer: "all",
    operator: "none",
    finance: "none",
    auditor: "none",
    "tenant-admin": "none",
  },
  "billing:read": {
    about: "See charges: months, forecasts, documents and the readings that they come from.",
    engineer: "all",
    operator: "none",
    finance: "all",
    auditor: "all",
    "tenant-admin": "none",
  },
  "billing:draft": {
    about: "Close a month, and draft its statements.",
    engineer: "none",
    operator: "none",
    finance: "all",
    auditor: "none",
    "tenant-admin": "none",
  },
  "billing:finalise": {
    about: "Make the statements of a month final; never those that the person drafted.",
    engineer: "none",
    operator: "none",
    finance: "all",
    auditor: "none",
    "tenant-admin": "none",
  },
  "audit:read": {
    about: "See who did what in the console.",
    engineer: "all",
    operator: "own",
    finance: "own",
    auditor: "all",
    "tenant-admin": "own",
  },
} as const satisfies Readonly<Record<string, Row>>;

/** Something that a person may be allowed to do. */
export type Action = keyof typeof ACCESS;

/** Every action, in the order of {@link ACCESS}. */
export const ACTIONS = Object.keys(ACCESS).filter((key): key is Action => key in ACCESS);

/** Who asks. */
export interface Principal {
  /** The person's GitHub login, which is the name in the staff's realm; of a tenant's person, `<tenant>/<mail address>`. */
  readonly login: string;
  readonly roles: readonly Role[];
  /** The tenant whose realm has logged the person in; absent for staff. */
  readonly tenant?: string | undefined;
}

/** What is asked for. */
export interface Resource {
  /** Login of the person who did it; absent for what is nobody's. */
  readonly actor?: string;
  /** Tenant that it belongs to; absent for what is no tenant's. */
  readonly tenant?: string;
}

/** Whether a person may do something: the only place where that is decided. Several roles add up. */
export function allowed(person: Principal, action: Action, { actor, tenant }: Resource = {}): boolean {
  return scopesOf(person, action).some(
    (scope) =>
      scope === "all" ||
      (scope === "own" && actor === person.login) ||
      (scope === "tenant" && person.tenant !== undefined && person.tenant === tenant),
  );
}

/** How far a person may do something: with all of its kind, with their tenant's or with their own; the furthest of several. */
export function reach(person: Principal, action: Action): Scope {
  const scopes = scopesOf(person, action);
  return (["all", "tenant", "own"] as const).find((scope) => scopes.includes(scope)) ?? "none";
}

/** A realm gives the roles that are its own: a tenant's no staff's, and the staff's no tenant's. */
function scopesOf({ roles, tenant }: Principal, action: Action): Scope[] {
  return roles
    .filter((role) => (role === TENANT_ADMIN) === (tenant !== undefined))
    .map((role): Scope => ACCESS[action][role]);
}
