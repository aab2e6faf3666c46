import type { Planned } from "./fixtures.ts";

const GRANT_TYPES = {
  Grant: { database: "acme", role: "acme_reporter", objectType: "table", privileges: ["SELECT"], schema: "reporting" },
  DefaultPrivileges: {
    database: "acme",
    role: "acme_reporter",
    owner: "acme",
    objectType: "table",
    privileges: ["SELECT"],
    schema: "reporting",
  },
  GrantRole: { role: "tenant_acme_owner", grantRole: "tenant_acme_reader" },
  Schema: { database: "acme", name: "reporting", owner: "acme" },
  Extension: { database: "acme", name: "unaccent" },
} as const;

/** A resource `extra` of PostgreSQL that stays within tenant acme, with other properties or in another component. */
export function sql(
  type: keyof typeof GRANT_TYPES,
  props: Record<string, unknown> = {},
  parent = "acme-database",
): Planned {
  const module = type.charAt(0).toLowerCase() + type.slice(1);
  return {
    type: `postgresql:index/${module}:${type}`,
    name: "extra",
    parent,
    props: { ...structuredClone(GRANT_TYPES[type]), ...props },
  };
}
