import { databasePerTenant } from "../../policies/databasePerTenant.ts";
import { add, drop, remake, set } from "./support/fixtures.ts";
import { describePolicy } from "./support/describePolicy.ts";

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
