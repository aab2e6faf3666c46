import { noCrossTenantGrants } from "../../policies/noCrossTenantGrants.ts";
import { add, remake, set } from "./support/fixtures.ts";
import { type Breach, describePolicy } from "./support/describePolicy.ts";
import { sql } from "./support/grants.ts";

const ROLE = "acme-database-role";

const OWN = /expected one of the tenant's own: acme, acme_reporter, tenant_acme_owner, tenant_acme_reader/;

describePolicy(noCrossTenantGrants, {
  breaches: [
    ["a grant to another tenant", add(sql("Grant", { role: "globex-eu" })), "extra", OWN],
    ["a grant to another tenant's reporter", add(sql("Grant", { role: "globex-eu_reporter" })), "extra", OWN],
    ["a grant to an administrator", add(sql("Grant", { role: "postgres" })), "extra", OWN],
    [
      "a grant in another tenant's database",
      add(sql("Grant", { database: "globex-eu" })),
      "extra",
      /database is "globex-eu"/,
    ],
    ["a grant that says no database", add(sql("Grant", { database: undefined })), "extra", /database is not set/],
    ["a grant that can be handed on", add(sql("Grant", { withGrantOption: true })), "extra", /withGrantOption/],
    ["a grant outside any tenant", add(sql("Grant", {}, "platform")), "extra", /outside any tenant/],
    ["default privileges for another tenant", add(sql("DefaultPrivileges", { role: "globex-eu" })), "extra", OWN],
    ["default privileges of another owner", add(sql("DefaultPrivileges", { owner: "globex-eu" })), "extra", OWN],
    ["default privileges elsewhere", add(sql("DefaultPrivileges", { database: "globex-eu" })), "extra", /database is/],
    ["membership in another tenant's role", add(sql("GrantRole", { grantRole: "globex-eu" })), "extra", OWN],
    ["membership in a role of the server", add(sql("GrantRole", { grantRole: "pg_read_all_data" })), "extra", OWN],
    ["membership of another tenant's role", add(sql("GrantRole", { role: "globex-eu" })), "extra", OWN],
    ["membership that can be handed on", add(sql("GrantRole", { withAdminOption: true })), "extra", /withAdminOption/],
    ["a role that is a member of another tenant's", set(ROLE, "roles", ["globex-eu"]), ROLE, OWN],
    [
      "a role that is a member of a server's role",
      set(ROLE, "roles", ["acme_reporter", "pg_read_server_files"]),
      ROLE,
      /roles\[1\]/,
    ],
    // A reader would have everything that the owner has.
    ...(
      [
        ["acme_reporter", "acme"],
        ["tenant_acme_reader", "tenant_acme_owner"],
        ["acme_reporter", "acme_reporter"],
        ["acme", "tenant_acme_owner"],
        ["tenant_acme_owner", "acme"],
      ] as const
    ).map(([role, grantRole]): Breach => [
      `${role} as a member of ${grantRole}`,
      add(sql("GrantRole", { role, grantRole })),
      "extra",
      /grantRole is ".*" for ".*", expected (?:no membership|\w+)\. A reader is a member of nothing/,
    ]),
    [
      "a reporter that is made a member of the owner",
      set("acme-database-reporter", "roles", ["acme"]),
      "acme-database-reporter",
      /roles\[0\] is "acme" for "acme_reporter", expected no membership/,
    ],
    [
      "a reader that is made a member of the owner",
      set("acme-analytics-reader", "roles", ["tenant_acme_owner"]),
      "acme-analytics-reader",
      /roles\[0\] is "tenant_acme_owner"/,
    ],
    ["rights in Odoo's schema", add(sql("Grant", { schema: "public" })), "extra", /schema is "public"/],
    ["rights in no schema", add(sql("Grant", { schema: undefined })), "extra", /schema is not set/],
    ["rights for an analyst", add(sql("Grant", { role: "tenant_acme_reader" })), "extra", /expected "acme_reporter"/],
    [
      "default privileges in every schema",
      add(sql("DefaultPrivileges", { schema: undefined })),
      "extra",
      /schema is not set, expected "reporting"/,
    ],
    [
      "default privileges of the reporter's own",
      add(sql("DefaultPrivileges", { owner: "acme_reporter" })),
      "extra",
      /owner is "acme_reporter", expected "acme"/,
    ],
    ["a schema that its reader owns", add(sql("Schema", { owner: "acme_reporter" })), "extra", /owner is/],
    [
      "a private schema that analysts may use",
      add(sql("Schema", { name: "tenant_acme_fdw", owner: undefined, policies: [{ role: "tenant_acme_reader" }] })),
      "extra",
      /policies\[0\]\.role is "tenant_acme_reader", expected "tenant_acme_owner"/,
    ],
    ["a role with another tenant's name", set(ROLE, "name", "globex-eu"), ROLE, OWN],
    ["a role whose name the provider makes up", set(ROLE, "name", undefined), ROLE, /: name is not set/],
    ...(
      [
        ["Grant", "role"],
        ["GrantRole", "role"],
        ["GrantRole", "grantRole"],
        ["DefaultPrivileges", "role"],
        ["DefaultPrivileges", "owner"],
      ] as const
    ).map(([type, key]): Breach => [
      `a ${type} that does not say its ${key}`,
      add(sql(type, { [key]: undefined })),
      "extra",
      new RegExp(`: ${key} is not set, expected one of the tenant's own`),
    ]),
    ["a role that becomes another", set(ROLE, "assumeRole", "globex-eu"), ROLE, OWN],
    ["a role outside any tenant", remake(ROLE, { parent: "platform" }), ROLE, /outside any tenant/],
    ["a schema of another owner", add(sql("Schema", { owner: "globex-eu" })), "extra", OWN],
    [
      "a schema of another name",
      add(sql("Schema", { name: "tenant_globex_eu" })),
      "extra",
      /name is "tenant_globex_eu"/,
    ],
    ["a schema in another database", add(sql("Schema", { database: "globex-eu" })), "extra", /database is/],
    ["a schema that others may use", add(sql("Schema", { policies: [{ role: "globex-eu" }] })), "extra", OWN],
    ["an extension in another database", add(sql("Extension", { database: "globex-eu" })), "extra", /database is/],
    ["an extension outside any tenant", add(sql("Extension", {}, "platform")), "extra", /outside any tenant/],
  ],
  tolerated: [
    ["a grant within the tenant", add(sql("Grant"))],
    ["default privileges within the tenant", add(sql("DefaultPrivileges"))],
    ["membership within the tenant", add(sql("GrantRole"))],
    ["a schema of the tenant", add(sql("Schema"))],
    ["a schema that its maker owns", add(sql("Schema", { owner: undefined }))],
    ["an analytics schema of the tenant", add(sql("Schema", { name: "tenant_acme_data", owner: "tenant_acme_owner" }))],
    ["a schema that its readers may use", add(sql("Schema", { policies: [{ role: "acme_reporter", usage: true }] }))],
    ["an owner that is a member of its reporter", set(ROLE, "roles", ["acme_reporter"])],
    ["an extension in the tenant's database", add(sql("Extension"))],
    ["grants that cannot be handed on, spelled out", add(sql("Grant", { withGrantOption: false }))],
  ],
  guarded: [
    [ROLE, "name"],
    [ROLE, "roles"],
    [ROLE, "roles.0"],
  ],
});
