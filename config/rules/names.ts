import { analyticsNames, isReservedId, nameCollisions } from "../names.ts";
import { ServerNames } from "../serverNames.ts";
import { quote } from "../schemas/common.ts";
import { forTenants, tenantFile } from "./rule.ts";
import type { Rule } from "./rule.ts";

/** Ids that would take a name from the platform or its servers. */
export const reservedIds: Rule = forTenants(({ id }) =>
  isReservedId(id)
    ? [{ path: [], message: `is named ${quote(id)}, expected another name, because this one is reserved` }]
    : [],
);

/** A tenant's roles, database, realm and namespace are none that a stack's settings name: whoever has them would have each other's rights. */
export const serverNames: Rule = (input) => {
  const names = new ServerNames(input.platform.servers);
  return forTenants(({ id }) => {
    const taken = names.takenBy(id);
    if (taken === undefined) return [];
    const wrong = `is named ${quote(id)}, whose ${taken.kind} would be ${taken.name}, which ${taken.where} names`;
    return [{ path: [], message: `${wrong}, expected another name` }];
  })(input);
};

/** No two tenants make the same name on a server, as `acme` with its private schema `tenant_acme_data` and `acme-data` would. */
export const distinctNames: Rule = ({ tenants }) => {
  // Only ids with one of the suffixes can collide; with 10,000 tenants, comparing all names of all takes too long.
  const suspects = new Set<string>();
  // Stryker disable next-line StringLiteral: Any id will do: only what the names have behind it is looked at.
  const { schema, ...others } = analyticsNames("x");
  const suffixes = Object.values(others).map((name) => name.slice(schema.length).replaceAll("_", "-"));
  for (const id of tenants.keys()) {
    for (const suffix of suffixes) {
      const stem = id.slice(0, -suffix.length);
      if (id.endsWith(suffix) && tenants.has(stem)) suspects.add(id).add(stem);
    }
  }
  return nameCollisions([...suspects]).flatMap(({ name, tenants: [first, ...rest] }) =>
    rest.map((id) => ({
      file: tenantFile(id),
      path: [],
      message: `is named ${quote(id)}, which makes the ${name} that tenant ${first ?? ""} has, expected another name`,
    })),
  );
};
