import { databasePerTenant } from "../../policies/databasePerTenant.ts";
import { databaseRoles } from "../../policies/databaseRoles.ts";
import { noCrossTenantGrants } from "../../policies/noCrossTenantGrants.ts";
import { noPublicPrivileges } from "../../policies/noPublicPrivileges.ts";
import { safeExtensions } from "../../policies/safeExtensions.ts";
import { sqlIsolation } from "../../policies/sqlIsolation.ts";
import { add, both, drop, type Planned, remake, set } from "./support/fixtures.ts";
import { type Breach, describePolicy } from "./support/describePolicy.ts";
import { UNKNOWN } from "./support/judge.ts";

const ROLE = "acme-database-role";

describePolicy(databaseRoles, {
  breaches: [
    ...["superuser", "createDatabase", "createRole", "replication", "bypassRowLevelSecurity"].map((power): Breach => [
      power,
      set(ROLE, power, true),
      ROLE,
      new RegExp(`: ${power} is true`),
    ]),
    ["a password in plain text", set(ROLE, "encryptedPassword", false), ROLE, /encryptedPassword is false/],
    [
      "no limit of connections",
      set(ROLE, "connectionLimit", undefined),
      ROLE,
      /connectionLimit is not set, expected 1 to 200/,
    ],
    ["PostgreSQL's own default", set(ROLE, "connectionLimit", -1), ROLE, /connectionLimit is -1/],
    ["no connections", set(ROLE, "connectionLimit", 0), ROLE, /connectionLimit is 0/],
    ["too many connections", set(ROLE, "connectionLimit", 201), ROLE, /connectionLimit is 201/],
    [
      "a reporter without a limit",
      set("acme-database-reporter", "connectionLimit", undefined),
      "acme-database-reporter",
      /is not set/,
    ],
    [
      "an owner that may log in, without a limit",
      set("acme-analytics-owner", "login", true),
      "acme-analytics-owner",
      /is not set/,
    ],
  ],
  tolerated: [
    ["the most connections that are allowed", set(ROLE, "connectionLimit", 200)],
    ["a single connection", set(ROLE, "connectionLimit", 1)],
    ["powers that are not mentioned", set(ROLE, "superuser", undefined)],
    ["an encrypted password, spelled out", set(ROLE, "encryptedPassword", true)],
  ],
  guarded: [
    [ROLE, "superuser"],
    [ROLE, "connectionLimit"],
    [ROLE, "encryptedPassword"],
  ],
});

describePolicy(databaseRoles, {
  config: { maxConnections: 40 },
  breaches: [["more than is configured", set(ROLE, "connectionLimit", 41), ROLE, /expected 1 to 40/]],
  guarded: [],
});

const DATABASE = "acme-database-database";
const DATABASE_TYPE = "postgresql:index/database:Database";

describePolicy(databasePerTenant, {
  breaches: [
    ["a tenant without a database", drop(DATABASE), "acme", /has 0 databases/],
    [
      "a tenant with two databases",
      add({
        type: DATABASE_TYPE,
        name: "second",
        parent: "acme-database",
        props: { name: "acme", owner: "acme", template: "template0" },
      }),
      "acme",
      /has 2 databases/,
    ],
    ["another tenant's database", set(DATABASE, "name", "globex-eu"), DATABASE, /name is "globex-eu", expected "acme"/],
    ["a database of any name", set(DATABASE, "name", "shared"), DATABASE, /name is "shared"/],
    ["another tenant as owner", set(DATABASE, "owner", "globex-eu"), DATABASE, /owner is "globex-eu", expected "acme"/],
    ["no owner", set(DATABASE, "owner", undefined), DATABASE, /owner is not set/],
    ["the reporter as owner", set(DATABASE, "owner", "acme_reporter"), DATABASE, /owner is "acme_reporter"/],
    ["another template", set(DATABASE, "template", "template1"), DATABASE, /template is "template1"/],
    [
      "another tenant's database as template",
      set(DATABASE, "template", "globex-eu"),
      DATABASE,
      /template is "globex-eu"/,
    ],
    ["no template", set(DATABASE, "template", undefined), DATABASE, /template is not set/],
    ["a database that others may copy", set(DATABASE, "isTemplate", true), DATABASE, /isTemplate is true/],
    ["a database outside any tenant", remake(DATABASE, { parent: "platform" }), DATABASE, /outside any tenant/],
    [
      "a tenant whose database is inside another",
      remake(DATABASE, { parent: "globex-eu-database" }),
      DATABASE,
      /expected "globex-eu"/,
    ],
  ],
  tolerated: [["no template, spelled out", set(DATABASE, "isTemplate", false)]],
  guarded: [
    [DATABASE, "name"],
    [DATABASE, "owner"],
    [DATABASE, "template"],
    [DATABASE, "isTemplate"],
  ],
});

const GRANT_TYPES = {
  Grant: { database: "acme", role: "acme_reporter", objectType: "table", privileges: ["SELECT"], schema: "reporting" },
  DefaultPrivileges: {
    database: "acme",
    role: "acme_reporter",
    owner: "acme",
    objectType: "table",
    privileges: ["SELECT"],
  },
  GrantRole: { role: "tenant_acme_reader", grantRole: "tenant_acme_owner" },
  Schema: { database: "acme", name: "reporting", owner: "acme" },
  Extension: { database: "acme", name: "unaccent" },
} as const;

function sql(type: keyof typeof GRANT_TYPES, props: Record<string, unknown> = {}, parent = "acme-database"): Planned {
  const module = type.charAt(0).toLowerCase() + type.slice(1);
  return {
    type: `postgresql:index/${module}:${type}`,
    name: "extra",
    parent,
    props: { ...structuredClone(GRANT_TYPES[type]), ...props },
  };
}

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
    ["a role with another tenant's name", set(ROLE, "name", "globex-eu"), ROLE, OWN],
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
    ["an analytics schema of the tenant", add(sql("Schema", { name: "tenant_acme_data" }))],
    ["an extension in the tenant's database", add(sql("Extension"))],
    ["grants that cannot be handed on, spelled out", add(sql("Grant", { withGrantOption: false }))],
  ],
  guarded: [
    [ROLE, "name"],
    [ROLE, "roles"],
    [ROLE, "roles.0"],
  ],
});

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
    ["a schema named public", add(sql("Schema", { name: "public" }))],
    ["a schema for a role that is not known yet", add(sql("Schema", { policies: [{ role: UNKNOWN, usage: true }] }))],
  ],
  guarded: [[ROLE, "name"]],
});

describePolicy(safeExtensions, {
  breaches: ["dblink", "postgres_fdw", "file_fdw", "plpython3u", "adminpack", undefined].map((name): Breach => [
    `extension ${String(name)}`,
    add(sql("Extension", { name })),
    "extra",
    /name is .*expected one of unaccent, pg_trgm/,
  ]),
  tolerated: [
    ["unaccent", add(sql("Extension"))],
    ["pg_trgm", add(sql("Extension", { name: "pg_trgm" }))],
  ],
  guarded: [],
});

const SETUP = "acme-database-setup";
const VIEWS = "acme-analytics-views";
const ANALYTICS = "acme-analytics-schema";

function other(resource: string, path: string, value: unknown): Breach {
  return [
    `${resource}.${path}: ${String(value)}`,
    set(resource, path, value),
    resource,
    new RegExp(`${path.replaceAll(".", "\\.")} is `),
  ];
}

describePolicy(sqlIsolation, {
  breaches: [
    ...[SETUP, VIEWS, ANALYTICS].flatMap((resource): Breach[] => [
      other(resource, "tenant", "globex-eu"),
      other(resource, "tenant", undefined),
      other(resource, "connection.sslmode", "disable"),
      other(resource, "connection.sslmode", "prefer"),
      other(resource, "connection.sslmode", undefined),
      [`${resource} outside any tenant`, remake(resource, { parent: "platform" }), resource, /outside any tenant/],
      [
        `${resource} inside another`,
        remake(resource, { parent: "globex-eu-database" }),
        resource,
        /expected "globex-eu"/,
      ],
    ]),
    ...[SETUP, VIEWS].flatMap((resource) => [
      other(resource, "connection.database", "globex-eu"),
      other(resource, "connection.database", "postgres"),
      other(resource, "connection.user", "globex-eu"),
      other(resource, "connection.user", "platform_admin"),
    ]),
    other(SETUP, "roles.reporter", "globex-eu_reporter"),
    other(SETUP, "roles.reporter", "public"),
    other(VIEWS, "schema", "public"),
    other(ANALYTICS, "connection.database", "acme"),
    other(ANALYTICS, "connection.database", "globex-eu"),
    other(ANALYTICS, "source.database", "globex-eu"),
    other(ANALYTICS, "source.user", "acme"),
    other(ANALYTICS, "source.user", "globex-eu_reporter"),
    other(ANALYTICS, "source.sslmode", "disable"),
    other(ANALYTICS, "names.schema", "tenant_globex_eu"),
    other(ANALYTICS, "names.dataSchema", "tenant_globex_eu_data"),
    other(ANALYTICS, "names.foreignSchema", "public"),
    other(ANALYTICS, "names.server", "tenant_globex_eu_server"),
    other(ANALYTICS, "roles.owner", "tenant_globex_eu_owner"),
    other(ANALYTICS, "roles.reader", "authenticated"),
  ],
  tolerated: [["another TLS mode", set(SETUP, "connection.sslmode", "require")]],
  guarded: [
    [SETUP, "tenant"],
    [SETUP, "connection"],
    [SETUP, "connection.sslmode"],
    [ANALYTICS, "connection.database"],
    [ANALYTICS, "names"],
  ],
});

// A sandbox's servers have no certificates.
const plain = both(set(SETUP, "connection.sslmode", "disable"), set(ANALYTICS, "source.sslmode", "disable"));
describePolicy(sqlIsolation, {
  stack: "sandbox",
  config: { requireTls: false },
  breaches: [other(SETUP, "tenant", "globex-eu")],
  tolerated: [["connections without TLS", plain]],
  guarded: [],
});
for (const stack of ["staging", "prod", "prod-eu"]) {
  describePolicy(sqlIsolation, {
    stack,
    config: { requireTls: false },
    breaches: [["connections without TLS, whatever is configured", plain, SETUP, /sslmode is "disable"/]],
    guarded: [],
  });
}
describePolicy(sqlIsolation, {
  stack: "sandbox",
  breaches: [["connections without TLS when nothing is configured", plain, SETUP, /sslmode is "disable"/]],
  guarded: [],
});
