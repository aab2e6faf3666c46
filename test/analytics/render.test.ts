import assert from "node:assert/strict";
import { keyOf } from "../../features/analytics/key.ts";
import { connectionFile, render, type Subject } from "../../features/analytics/render.ts";
import { modelsWithDashboards, readTemplate } from "../../features/analytics/template.ts";
import { PROJECT_ROOT } from "../../lib/projectRoot.ts";
import { availableModels, viewNames } from "../../lib/sqlFiles.ts";

const MODELS = modelsWithDashboards(PROJECT_ROOT);

function subject(tenant: string, stack = "prod"): Subject {
  const schema = `tenant_${tenant}`;
  return {
    stack,
    tenant,
    displayName: `Company ${tenant}`,
    connection: {
      host: "2001:db8::1",
      port: 5432,
      database: "postgres",
      sslmode: "verify-full",
      schema,
      role: `${schema}_reader`,
    },
    templates: new Map(MODELS.map((model) => [model, readTemplate(PROJECT_ROOT, model) ?? assert.fail(model)])),
  };
}

describe("rendered assets of Superset", () => {
  it("have keys of version 5, which never are another tenant's, stack's or object's", () => {
    const keys = [subject("acme"), subject("beta"), subject("acme", "staging")].flatMap((each) =>
      [...render(each).values()].map(({ uuid }) => JSON.stringify(uuid)),
    );
    assert.ok(keys.length > 60);
    assert.equal(new Set(keys).size, keys.length);
    for (const key of keys)
      assert.match(key, /^"[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"$/);
  });

  it("are the same in every run", () => {
    assert.equal(JSON.stringify([...render(subject("acme"))]), JSON.stringify([...render(subject("acme"))]));
    assert.equal(keyOf("prod", "acme", "database"), "a4c6f475-c88a-51f9-a0b4-70ab23bf515e");
  });

  it("write every switch of a connection, each off: the importer's own defaults allow some", () => {
    const connection = render(subject("acme")).get(connectionFile("acme")) ?? assert.fail();
    for (const name of [
      "expose_in_sqllab",
      "allow_run_async",
      "allow_ctas",
      "allow_cvas",
      "allow_dml",
      "allow_csv_upload",
      "impersonate_user",
    ]) {
      assert.equal(connection[name], false, name);
    }
    assert.equal(
      connection["sqlalchemy_uri"],
      "postgresql+psycopg2://tenant_acme_reader:XXXXXXXXXX@[2001:db8::1]:5432/postgres?sslmode=verify-full",
    );
    assert.match(JSON.stringify(connection["extra"]), /-c search_path=tenant_acme -c default_transaction_read_only=on/);
  });

  it("are all managed by files, and name no schema, role or connection of another tenant", () => {
    for (const [path, content] of render(subject("acme"))) {
      assert.equal(content["is_managed_externally"], true, path);
      assert.doesNotMatch(JSON.stringify(content), /tenant_(?!acme)/, path);
    }
  });

  it("read views of their own model, and the sync status", () => {
    for (const model of MODELS) {
      assert.ok(availableModels().includes(model), model);
      const views = [...viewNames([model]), "sync_status"];
      for (const { table } of Object.values(readTemplate(PROJECT_ROOT, model)?.datasets ?? {}))
        assert.ok(views.includes(table), `${model}: ${table}`);
    }
  });

  it("never add amounts of two currencies: a chart with money is split by currency", () => {
    for (const model of MODELS) {
      const { charts, datasets } = readTemplate(PROJECT_ROOT, model) ?? assert.fail();
      for (const [name, chart] of Object.entries(charts)) {
        const hasMoney = chart.metrics.some((metric) => datasets[chart.dataset]?.metrics[metric]?.format === ",.2f");
        if (hasMoney) assert.ok(chart.by.includes("currency"), `${model}: ${name}`);
      }
    }
  });

  it("show the freshness of the figures first", () => {
    for (const model of MODELS) {
      const [first] = readTemplate(PROJECT_ROOT, model)?.rows ?? [];
      assert.deepEqual(Object.keys(first?.charts ?? {}), ["freshness"], model);
    }
  });
});
