import { databaseRoles } from "../../policies/databaseRoles.ts";
import { set } from "./support/fixtures.ts";
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
