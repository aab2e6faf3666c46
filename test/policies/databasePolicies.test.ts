import { databasePerTenant } from "../../policies/databasePerTenant.ts";
import { databaseRoles } from "../../policies/databaseRoles.ts";
import { add, drop, remake, set } from "./support/fixtures.ts";
import { type Breach, describePolicy } from "./support/describePolicy.ts";

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
    ["an encrypted password, as the provider writes it", set(ROLE, "encryptedPassword", "true")],
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
    [
      "a database outside any tenant",
      remake(DATABASE, { parent: "platform" }),
      DATABASE,
      /: name is a database outside any tenant/,
    ],
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
