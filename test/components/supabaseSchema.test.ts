import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import { SupabaseSchema } from "../../components/supabaseSchema.ts";
import { type RecordedResource, runProgram, SECRET } from "../../lib/mockEngine.ts";
import { only } from "../support/only.ts";

const ROLE = "postgresql:index/role:Role";
const VIEWS = "odoosql:index:ReportingViews";
const SCHEMA = "odoosql:index:AnalyticsSchema";

async function make(protect = false) {
  return runProgram(() => {
    const odoo = new random.RandomId("odoo-tables", { byteLength: 1 });
    new SupabaseSchema("acme-one-analytics", {
      tenant: "acme-one",
      models: ["core/v1", "finance_ppm/v1"],
      generation: 3,
      server: {
        host: "supabase.example",
        port: 5432,
        database: "postgres",
        user: "postgres",
        password: pulumi.secret("the administrator's"),
        sslmode: "verify-full",
        tenantsHost: "tenants.internal",
        tenantsPort: 6543,
      },
      source: {
        host: "tenants.example",
        port: 6432,
        sslmode: "require",
        name: "acme-one",
        role: "acme-one",
        password: pulumi.secret("the owner's"),
        reporterRole: "acme-one_reporter",
        reporterPassword: pulumi.secret("the reporter's"),
      },
      installed: [odoo],
      protect,
    });
  });
}

const waitsFor = (resource: RecordedResource, other: RecordedResource) => resource.dependsOn.includes(other.urn);

describe("SupabaseSchema", () => {
  it("makes an owner that cannot log in, and a reader with a secret password; neither may do anything else", async () => {
    const { resources } = await make();
    const none = {
      superuser: false,
      createDatabase: false,
      createRole: false,
      replication: false,
      bypassRowLevelSecurity: false,
    };
    assert.deepEqual(only(resources, ROLE, "acme-one-analytics-owner").inputs, {
      ...none,
      name: "tenant_acme_one_owner",
      login: false,
      connectionLimit: 0,
    });
    assert.deepEqual(only(resources, ROLE, "acme-one-analytics-reader").inputs, {
      ...none,
      name: "tenant_acme_one_reader",
      login: true,
      password: SECRET,
      connectionLimit: 20,
    });
  });

  it("makes the views in the tenant's database as its owner, when Odoo's tables are there", async () => {
    const { resources } = await make();
    const views = only(resources, VIEWS);
    assert.deepEqual(views.inputs, {
      tenant: "acme-one",
      connection: {
        host: "tenants.example",
        port: 6432,
        database: "acme-one",
        user: "acme-one",
        password: SECRET,
        sslmode: "require",
      },
      schema: "reporting",
      models: ["core/v1", "finance_ppm/v1"],
    });
    assert.ok(waitsFor(views, only(resources, "random:index/randomId:RandomId")));
  });

  it("copies from the tenants' server as the analytics server reaches it, as the reporter", async () => {
    const { resources } = await make();
    const schema = only(resources, SCHEMA);
    assert.deepEqual(schema.inputs, {
      tenant: "acme-one",
      connection: {
        host: "supabase.example",
        port: 5432,
        database: "postgres",
        user: "postgres",
        password: SECRET,
        sslmode: "verify-full",
      },
      source: {
        host: "tenants.internal",
        port: 6543,
        database: "acme-one",
        user: "acme-one_reporter",
        password: SECRET,
        sslmode: "require",
      },
      names: {
        schema: "tenant_acme_one",
        dataSchema: "tenant_acme_one_data",
        foreignSchema: "tenant_acme_one_fdw",
        server: "tenant_acme_one_server",
      },
      roles: { owner: "tenant_acme_one_owner", reader: "tenant_acme_one_reader" },
      models: ["core/v1", "finance_ppm/v1"],
    });
    assert.equal((schema.revealed["source"] as Record<string, unknown>)["password"], "the reporter's");
  });

  it("makes the schema after the views and the roles, and so drops it before them", async () => {
    const { resources } = await make();
    const schema = only(resources, SCHEMA);
    assert.ok(waitsFor(schema, only(resources, VIEWS)));
    for (const role of resources.filter(({ type }) => type === ROLE)) assert.ok(waitsFor(schema, role), role.name);
  });

  it("lets the roles not wait for Odoo", async () => {
    const { resources } = await make();
    const odoo = only(resources, "random:index/randomId:RandomId");
    for (const role of resources.filter(({ type }) => type === ROLE)) assert.ok(!waitsFor(role, odoo), role.name);
  });

  for (const protect of [true, false]) {
    it(`${protect ? "protects and keeps" : "neither protects nor keeps"} schema and roles`, async () => {
      const { resources } = await make(protect);
      const kept = resources.filter(({ type }) => type === ROLE || type === SCHEMA);
      assert.equal(kept.length, 3);
      for (const resource of kept) {
        assert.equal(resource.protect, protect, resource.name);
        assert.equal(resource.retainOnDelete, protect, resource.name);
      }
    });
  }

  it("makes a new password when the generation is raised", async () => {
    const { resources } = await make();
    const password = only(resources, "random:index/randomPassword:RandomPassword");
    assert.deepEqual(password.inputs["keepers"], { generation: "3" });
  });
});
