import { resourcePolicy } from "./lib/policy.ts";
import { isPublicRole, SQL } from "./lib/types.ts";

/** What PUBLIC may do, every tenant's role may do. */
export const noPublicPrivileges = resourcePolicy({
  name: "no-public-privileges",
  description: "No privilege may be given to PUBLIC, which is every role of the server.",
  types: [SQL.grant, SQL.grantRole, SQL.defaultPrivileges, SQL.schema, SQL.role],
  check({ type, props }, report) {
    const fix = "Name the tenant's own role";
    for (const key of type === SQL.role ? ["name"] : ["role", "grantRole", "owner"]) {
      const field = props.at(key);
      // A grant of nothing takes away what PUBLIC had.
      const revokes = key === "role" && type !== SQL.grantRole && props.at("privileges").empty;
      if (isPublicRole(field) && !revokes) report(field, `is ${field.shown}`, fix);
    }
    for (const role of props.at("roles").items()) {
      if (isPublicRole(role)) report(role, `is ${role.shown}`, fix);
    }
    for (const policy of props.at("policies").items()) {
      const role = policy.at("role");
      if (isPublicRole(role) || (role.known && (role.text ?? "") === "")) {
        report(role, `is ${role.shown}, which means PUBLIC`, fix);
      }
    }
  },
});
