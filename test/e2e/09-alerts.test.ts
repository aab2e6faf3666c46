import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { collector, documentedSql } from "../alerts/collectors.ts";
import { query } from "./support/clients.ts";
import type { Login } from "./support/clients.ts";
import { world } from "./support/hooks.ts";

const PASSWORD = "a-password-of-monitoring";

describe("what monitoring reads on the sandbox's servers", () => {
  let administrator: Login;
  before(async () => {
    const tenant = Object.values(await world().tenants())[0];
    assert.ok(tenant);
    const { host, port } = tenant.analytics;
    const { analyticsSuperuser: password } = z
      .looseObject({ analyticsSuperuser: z.string() })
      .parse(JSON.parse(readFileSync(join(world().home, "secrets.json"), "utf8")));
    administrator = { host, port, database: "postgres", user: "postgres", password };
  });

  it("is each tenant's age of reports, by the role that the page makes", async () => {
    const [roles] = documentedSql();
    // The sandbox has the first one.
    await query(administrator, roles.replace("CREATE ROLE odoo_monitoring NOLOGIN;", ""));
    await query(administrator, `ALTER ROLE sql_exporter PASSWORD '${PASSWORD}'`);
    const rows = await query(
      { ...administrator, user: "sql_exporter", password: PASSWORD },
      collector("odoo_analytics").query,
    );
    const lags = z.array(z.strictObject({ tenant: z.string(), lag_seconds: z.number().nonnegative() })).parse(rows);
    assert.deepEqual(lags.map(({ tenant }) => tenant).sort(), Object.keys(await world().tenants()).sort());
  });

  it("is the number of Keycloak's realms, and nothing else of Keycloak's", async () => {
    const keycloak = { ...administrator, database: "keycloak" };
    const [, , rights] = documentedSql();
    await query(keycloak, rights);
    await query(keycloak, `ALTER ROLE realm_counter PASSWORD '${PASSWORD}'`);
    const counter = { ...keycloak, user: "realm_counter", password: PASSWORD };
    const [row] = await query(counter, collector("odoo_keycloak").query);
    assert.equal(Number(row?.["realms"]), Object.keys(await world().tenants()).length + 1);
    for (const sql of [
      "SELECT name FROM realm",
      "SELECT FROM user_entity",
      "SELECT FROM client",
      "SELECT FROM credential",
    ]) {
      await assert.rejects(query(counter, sql), { code: "42501" }, sql);
    }
  });
});
