import { noPublicPrivileges } from "../../policies/noPublicPrivileges.ts";
import { add, set } from "./support/fixtures.ts";
import { describePolicy } from "./support/describePolicy.ts";
import { sql } from "./support/grants.ts";
import { UNKNOWN } from "../../lib/pulumiMarks.ts";

const ROLE = "acme-database-role";

const IS_PUBLIC = /which means PUBLIC|is "[Pp]ublic"|is "PUBLIC"/;

describePolicy(noPublicPrivileges, {
  breaches: [
    ["a grant to public", add(sql("Grant", { role: "public" })), "extra", IS_PUBLIC],
    ["a grant to PUBLIC", add(sql("Grant", { role: "PUBLIC" })), "extra", IS_PUBLIC],
    ["default privileges for public", add(sql("DefaultPrivileges", { role: "Public" })), "extra", IS_PUBLIC],
    ["membership for public", add(sql("GrantRole", { role: "public" })), "extra", IS_PUBLIC],
    ["membership in public", add(sql("GrantRole", { grantRole: "public" })), "extra", IS_PUBLIC],
    ["a schema of public's", add(sql("Schema", { owner: "public" })), "extra", IS_PUBLIC],
    ["a schema for public", add(sql("Schema", { policies: [{ role: "public", usage: true }] })), "extra", IS_PUBLIC],
    ["a schema for nobody in particular", add(sql("Schema", { policies: [{ usage: true }] })), "extra", IS_PUBLIC],
    ["a schema for an empty role", add(sql("Schema", { policies: [{ role: "", usage: true }] })), "extra", IS_PUBLIC],
    ["a role called public", set(ROLE, "name", "public"), ROLE, IS_PUBLIC],
    ["a role that is a member of public", set(ROLE, "roles", ["public"]), ROLE, /roles\[0\] is "public"/],
  ],
  tolerated: [
    ["taking away what public had", add(sql("Grant", { role: "public", privileges: [] }))],
    ["taking away public's default privileges", add(sql("DefaultPrivileges", { role: "public", privileges: [] }))],
    ["a grant to the tenant's own role", add(sql("Grant"))],
    ["a schema for the tenant's own role", add(sql("Schema", { policies: [{ role: "acme_reporter", usage: true }] }))],
    ["a role that is a member of the tenant's own", set(ROLE, "roles", ["acme_reporter"])],
    ["a schema named public", add(sql("Schema", { name: "public" }))],
    ["a schema for a role that is not known yet", add(sql("Schema", { policies: [{ role: UNKNOWN, usage: true }] }))],
  ],
  guarded: [[ROLE, "name"]],
});
