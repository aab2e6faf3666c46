import type { Node } from "./lib/graph.ts";
import { stackPolicy } from "./lib/policy.ts";
import {
  CLUSTER_SCOPED,
  GITHUB,
  KEYCLOAK,
  KNOWN_KINDS,
  PRIVATE_DATABASE,
  PROTOCOL_MAPPERS,
  SQL,
  STAFF_KEYCLOAK,
} from "./lib/types.ts";

const MAPPER = "a protocol mapper";
const MAPPERS: readonly string[] = [...Object.values(PROTOCOL_MAPPERS), STAFF_KEYCLOAK.realmRoleMapper];

/** The properties that say which object of its server a resource is. Names are unique over both PostgreSQL servers. */
const NAMED_BY: Readonly<Record<string, readonly string[]>> = {
  [SQL.database]: ["name"],
  [SQL.role]: ["name"],
  [SQL.schema]: ["database", "name"],
  [SQL.extension]: ["database", "name"],
  [SQL.grant]: ["database", "schema", "objectType", "objects", "columns", "role"],
  [SQL.grantRole]: ["role", "grantRole"],
  [SQL.defaultPrivileges]: ["database", "schema", "objectType", "owner", "role"],
  [SQL.databaseSetup]: ["tenant"],
  [PRIVATE_DATABASE]: ["connection"],
  [SQL.reportingViews]: ["tenant"],
  [SQL.analyticsSchema]: ["tenant"],
  [KEYCLOAK.realm]: ["realm"],
  [KEYCLOAK.client]: ["realmId", "clientId"],
  [KEYCLOAK.identityProvider]: ["realm", "alias"],
  [KEYCLOAK.user]: ["realmId", "username"],
  [KEYCLOAK.clientOptionalScopes]: ["realmId", "clientId"],
  [KEYCLOAK.realmEvents]: ["realmId"],
  [KEYCLOAK.role]: ["realmId", "clientId", "name"],
  [KEYCLOAK.group]: ["realmId", "parentId", "name"],
  [KEYCLOAK.groupRoles]: ["realmId", "groupId"],
  [KEYCLOAK.userGroups]: ["realmId", "userId"],
  [KEYCLOAK.userRoles]: ["realmId", "userId"],
  [STAFF_KEYCLOAK.scopeRole]: ["realmId", "clientId", "roleId"],
  [MAPPER]: ["realmId", "clientId", "name"],
  [GITHUB.repository]: ["name"],
  [GITHUB.ruleset]: ["repository", "name"],
  [GITHUB.environment]: ["repository", "environment"],
  [GITHUB.deploymentPolicy]: ["repository", "environment", "branchPattern"],
  [GITHUB.team]: ["repository", "teamId"],
  [GITHUB.label]: ["repository", "name"],
  [GITHUB.variable]: ["repository", "variableName"],
};

/** Of two resources that are one object, the later overwrites what the earlier was judged by. */
export const uniqueObjects = stackPolicy({
  name: "unique-objects",
  description: "Each object of a server must be one resource only.",
  check(graph, report) {
    const first = new Map<string, Node>();
    for (const node of graph.nodes) {
      const identity = identityOf(node);
      const other = identity === undefined ? undefined : first.get(identity);
      if (other !== undefined) {
        report(
          node,
          "",
          `is the same object as ${other.name}, which it would overwrite`,
          "Remove one of the two resources, or give the object another name",
        );
      } else if (identity !== undefined) first.set(identity, node);
    }
  },
});

/** What two resources have in common that are one object; undefined: nothing has such a thing twice, or a part of it is not known yet. */
function identityOf({ type, props }: Node): string | undefined {
  const kind = MAPPERS.includes(type) ? MAPPER : type;
  const paths = KNOWN_KINDS.has(type) ? namesOfObject(type) : NAMED_BY[kind]?.map((key) => [key]);
  const fields = paths?.map((path) => props.at(...path));
  if (fields?.every(({ known }) => known) !== true) return undefined;
  return JSON.stringify([kind, ...fields.map(({ value }) => value ?? "")]);
}

function namesOfObject(type: string): string[][] {
  const name = ["metadata", "name"];
  return CLUSTER_SCOPED.has(type) ? [name] : [["metadata", "namespace"], name];
}
