import type { Preflight } from "../../api/requests.ts";

/** A tenant in one environment, as the form has it. */
export interface EnvironmentDraft {
  readonly isOn: boolean;
  /** Plan in this environment; empty: the tenant's. */
  readonly plan: string;
  /** The tenant's own host names, a line each. */
  readonly domains: string;
}

/** A tenant's file as the form has it. */
export interface TenantDraft {
  id: string;
  displayName: string;
  team: string;
  email: string;
  country: string;
  currency: string;
  timezone: string;
  bundles: readonly string[];
  addModules: readonly string[];
  removeModules: readonly string[];
  plan: string;
  environments: Readonly<Record<string, EnvironmentDraft>>;
  /** When backups are made; empty: the default. */
  schedule: string;
  /** How many backups are kept, as typed; empty: the default. */
  daily: string;
  weekly: string;
  monthly: string;
  /** Passwords to rotate. */
  rotate: readonly Credential[];
}

/** Kinds of passwords that a tenant has, with what each is. */
export const CREDENTIALS = {
  database: "Passwords of the database roles",
  realm: "Secret of Odoo’s client in the realm",
  analytics: "Password of the analytics reader",
} as const;

/** A kind of {@link CREDENTIALS}. */
export type Credential = keyof typeof CREDENTIALS;

type Mapping = Readonly<Record<string, unknown>>;

const mapping = (value: unknown): Mapping =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? Object.fromEntries(Object.entries(value)) : {};
const text = (value: unknown): string => (typeof value === "string" ? value : "");
const texts = (value: unknown): string[] =>
  Array.isArray(value) ? value.filter((entry): entry is string => typeof entry === "string") : [];
const lines = (value: string): string[] => value.split(/[\s,]+/).filter((line) => line !== "");

/** A form's content for a file. */
export function draftOf(id: string, file: Mapping, environments: readonly string[]): TenantDraft {
  const [owner, company, modules, places] = [file["owner"], file["company"], file["modules"], file["environments"]].map(
    mapping,
  );
  const backup = mapping(file["backup"]);
  const keep = mapping(backup["keep"]);
  const number = (value: unknown) => (typeof value === "number" ? String(value) : "");
  const names = [...new Set([...environments, ...Object.keys(places ?? {})])];
  return {
    id,
    displayName: text(file["displayName"]),
    team: text(owner?.["team"]),
    email: text(owner?.["email"]),
    country: text(company?.["country"]),
    currency: text(company?.["currency"]),
    timezone: text(company?.["timezone"]),
    bundles: texts(file["bundles"]),
    addModules: texts(modules?.["add"]),
    removeModules: texts(modules?.["remove"]),
    plan: text(file["plan"]),
    environments: Object.fromEntries(
      names.map((name) => {
        const place = mapping(places?.[name]);
        const isOn = places !== undefined && Object.hasOwn(places, name);
        return [name, { isOn, plan: text(place["plan"]), domains: texts(place["domains"]).join("\n") }];
      }),
    ),
    schedule: text(backup["schedule"]),
    daily: number(keep["daily"]),
    weekly: number(keep["weekly"]),
    monthly: number(keep["monthly"]),
    rotate: [],
  };
}

/** A number as typed; other text is left for the check to refuse. */
const numberOf = (typed: string): number | string => (/^\d+$/.test(typed.trim()) ? Number(typed) : typed.trim());
const generationOf = (value: unknown): number => (typeof value === "number" ? value : 1);

/** The file's key `credentials` with some counters raised by one. */
export function rotated(credentials: unknown, kinds: readonly Credential[]): Mapping {
  const generations = mapping(credentials);
  return {
    ...generations,
    ...Object.fromEntries(kinds.map((kind) => [kind, generationOf(generations[kind]) + 1])),
  };
}

/** The object with these keys; those that are empty are taken out. */
function withKeys(base: unknown, keys: Mapping): Mapping {
  const isEmpty = (value: unknown) => value === "" || (Array.isArray(value) && value.length === 0);
  return Object.fromEntries(Object.entries({ ...mapping(base), ...keys }).filter(([, value]) => !isEmpty(value)));
}

/** The file of a form's content. What the form does not know stays as it is in the base. */
export function fileOf(draft: TenantDraft, base: Mapping = {}): Mapping {
  const { displayName, team, email, country, currency, timezone, plan, bundles, addModules, removeModules } = draft;
  const places = mapping(base["environments"]);
  const environments = Object.fromEntries(
    Object.entries(draft.environments)
      .filter(([, { isOn }]) => isOn)
      .map(([name, place]) => [name, withKeys(places[name], { plan: place.plan, domains: lines(place.domains) })]),
  );
  const company = withKeys(base["company"], { country, currency, timezone });
  const modules = withKeys(base["modules"], { add: addModules, remove: removeModules });
  const presentKeep = mapping(base["backup"])["keep"];
  const keep = withKeys(presentKeep, {
    daily: numberOf(draft.daily),
    weekly: numberOf(draft.weekly),
    monthly: numberOf(draft.monthly),
  });
  const backup = withKeys(base["backup"], {
    schedule: draft.schedule.trim(),
    keep: Object.keys(keep).length > 0 ? keep : "",
  });
  const generations = mapping(base["credentials"]);
  const isSet = (value: Mapping) => Object.keys(value).length > 0;
  return {
    ...base,
    displayName: displayName.trim(),
    owner: { ...mapping(base["owner"]), team: team.trim(), email: email.trim() },
    ...(Object.keys(company).length > 0 && { company }),
    ...(plan !== "" && { plan }),
    bundles,
    modules: isSet(modules) ? modules : undefined,
    environments,
    ...(isSet(backup) && { backup }),
    ...(draft.rotate.length > 0 && { credentials: rotated(generations, draft.rotate) }),
  };
}

/**
 * What differs between two contents of a form, as a request says it: a key becomes a value, or null where it goes.
 *
 * @param keys that a request may change
 */
export function changesOf(
  before: TenantDraft,
  after: TenantDraft,
  base: Mapping,
  keys: readonly string[],
): Record<string, unknown> {
  const [from, to] = [fileOf(before, base), fileOf(after, base)];
  const changed = keys.filter((key) => JSON.stringify(from[key]) !== JSON.stringify(to[key]));
  return Object.fromEntries(changed.map((key) => [key, to[key] ?? null]));
}

/** Problems of a path in the file, and of what is below it. */
export function problemsAt(diagnostics: Preflight["diagnostics"], paths: readonly string[]) {
  return diagnostics.filter(({ path }) =>
    paths.some((start) => path === start || (path.startsWith(start) && /^[.[]/.test(path.slice(start.length)))),
  );
}
