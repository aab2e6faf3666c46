import { KubeConfig } from "@kubernetes/client-node";
import assert from "node:assert/strict";
import { stackSchema } from "../../config/schemas/stack.ts";
import { CHECKS } from "../../features/delivery/smoke/checks.ts";
import { exampleTenant } from "../support/specs.ts";
import { FINANCE_MODULES, PASSWORD, RETAIL_MODULES, SqlFixture } from "../support/sqlFixture.ts";
import { validStack } from "../support/stackValues.ts";

const MODELS = ["core/v1", "finance_ppm/v1", "scout/v1"];

describe("the smoke test of the reporting views", function () {
  this.timeout(120_000);
  let fixture: SqlFixture;

  before(async () => {
    fixture = await SqlFixture.start();
    await fixture.makeTenant("acme", MODELS, [...FINANCE_MODULES, ...RETAIL_MODULES]);
  });
  after(() => fixture.stop());

  /** What the check says of tenant acme. */
  async function check(): Promise<string> {
    const place = { host: "127.0.0.1", port: fixture.tenants.port, password: PASSWORD };
    const spec = exampleTenant();
    const settings = stackSchema.parse({
      ...validStack(),
      environment: "sandbox",
      tenantsDatabase: { host: "127.0.0.1", sslmode: "disable", cidrs: ["127.0.0.1/32"] },
      analyticsDatabase: { host: "127.0.0.1", sslmode: "disable", cidrs: ["127.0.0.1/32"] },
    });
    const own = {
      lifecycle: "active",
      namespace: "",
      hosts: ["acme.example"],
      database: { ...place, name: "acme", role: "acme" },
      realm: { issuer: "", clientId: "", clientSecret: "" },
      analytics: { ...place, name: "postgres", schema: "tenant_acme", role: "tenant_acme_reader" },
    };
    return await (CHECKS["reportingViews"] ?? assert.fail())({
      spec: { ...spec, analytics: { ...spec.analytics, models: MODELS } },
      own,
      access: { settings, keycloakClientSecret: "", kubeConfig: new KubeConfig(), tenants: new Map([["acme", own]]) },
      bundles: new Map(),
      along: () => [],
    });
  }
  const asOdoo = (sql: string) => fixture.asOwner("acme", (client) => client.query(sql));

  it("passes on the tables that the models were written for, and leaves no trace", async () => {
    assert.equal(
      await check(),
      "19 views of core/v1, finance_ppm/v1, scout/v1 answer, and can be made of this release's tables",
    );
    assert.equal((await fixture.refresh("acme")).error, null);
    const { rows } = await asOdoo("SELECT nspname FROM pg_namespace WHERE nspname LIKE 'reporting%'");
    assert.deepEqual(rows, [{ nspname: "reporting" }]);
  });

  it("does not wait for a refresh that reads the views, nor hold one up", async () => {
    await fixture.asReporter("acme", async (reader) => {
      await reader.query("BEGIN; SELECT FROM reporting.sales_lines");
      await check();
      await reader.query("COMMIT");
    });
  });

  for (const [table, column, file] of [
    ["pos_order_line", "qty", "sql/tenant/scout/v1/030_sales_lines.sql"],
    ["stock_valuation_layer", "value", "sql/tenant/scout/v1/060_stock_levels.sql"],
    ["project_project", "last_update_status", "sql/tenant/finance_ppm/v1/010_projects.sql"],
    ["res_company", "currency_id", "sql/tenant/core/v1/010_companies.sql"],
  ] as const) {
    it(`finds that an upgrade renamed ${table}.${column}, which the views of before have followed`, async () => {
      await asOdoo(`ALTER TABLE ${table} RENAME ${column} TO renamed_by_upgrade`);
      try {
        assert.equal((await fixture.refresh("acme")).error, null);
        await assert.rejects(check(), (error: Error) => {
          assert.match(
            error.message,
            new RegExp(`^${file} cannot be run on this release's tables: .*${column}.* does not exist`),
          );
          assert.match(error.message, /docs\/runbooks\/analytics-sql\.md#an-upgrade-changed-odoos-tables/);
          return true;
        });
        assert.equal((await fixture.refresh("acme")).error, null, "the views of before are as they were");
      } finally {
        await asOdoo(`ALTER TABLE ${table} RENAME renamed_by_upgrade TO ${column}`);
      }
      await check();
    });
  }

  it("finds that a view is gone", async () => {
    await asOdoo("DROP VIEW reporting.stock_changes");
    await assert.rejects(check(), /schema reporting lacks stock_changes, expected every view of .*pulumi up --refresh/);
    await fixture.create("ReportingViews", "acme", fixture.inputs("ReportingViews", "acme", MODELS));
    await check();
  });
});
