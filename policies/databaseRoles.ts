import { limit, resourcePolicy } from "./lib/policy.ts";
import { SQL } from "./lib/types.ts";

/** Attributes that reach beyond one's own database. */
const POWERS = ["superuser", "createDatabase", "createRole", "replication", "bypassRowLevelSecurity"] as const;

/** A role that can do more than its tenant needs can reach other tenants; one without a limit can lock them out. */
export const databaseRoles = resourcePolicy({
  name: "database-roles",
  description: "PostgreSQL roles must have no powers over the server, and a limit of connections.",
  types: [SQL.role],
  options: { maxConnections: limit(200, "Most connections that one role may be allowed.") },
  check({ props }, report, { maxConnections }) {
    for (const power of POWERS) {
      const field = props.at(power);
      if (!field.mayBe(undefined, false))
        report(field, `is ${field.shown}`, "Remove it: tenants' roles have no such power");
    }
    const encrypted = props.at("encryptedPassword");
    if (!encrypted.mayBe(undefined, true, "true")) {
      report(encrypted, `is ${encrypted.shown}`, "Remove it: the server would keep the password in plain text");
    }
    const connections = props.at("connectionLimit");
    // -1, PostgreSQL's default, is no limit. A role that cannot log in needs none.
    if (!connections.known || props.at("login").mayBe(undefined, false)) return;
    if (connections.number === undefined || connections.number < 1 || connections.number > maxConnections) {
      report(
        connections,
        `is ${connections.shown}, expected 1 to ${maxConnections}`,
        "Set it from the plan's databaseConnections (plans.yaml)",
      );
    }
  },
});
