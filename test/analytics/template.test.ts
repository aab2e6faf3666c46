import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stringify } from "yaml";
import { AnalyticsError } from "../../features/analytics/analyticsError.ts";
import { readTemplate } from "../../features/analytics/template.ts";

const RIGHT = {
  title: "Sales",
  description: "What was sold",
  datasets: {
    sales: {
      table: "sales",
      columns: { store: { type: "TEXT" } },
      metrics: { lines: { sql: "count(*)", label: "Lines" } },
    },
  },
  charts: { lines: { title: "Lines", kind: "number", dataset: "sales", metrics: ["lines"] } },
  rows: [{ height: 20, charts: { lines: 12 } }],
};
const chart = (more: object) => ({ ...RIGHT, charts: { lines: { ...RIGHT.charts.lines, ...more } } });

describe("templates of dashboards", () => {
  let root: string;
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), "templates-"));
    mkdirSync(join(root, "analytics/superset/sales/v1"), { recursive: true });
  });
  afterEach(() => rmSync(root, { recursive: true }));
  const read = (value: unknown) => {
    writeFileSync(join(root, "analytics/superset/sales/v1/dashboard.yaml"), stringify(value));
    return readTemplate(root, "sales/v1");
  };

  it("are read, and a model without one has none", () => {
    assert.equal(read(RIGHT)?.charts["lines"]?.limit, 1000);
    assert.equal(readTemplate(root, "core/v1"), undefined);
  });

  const wrong: [string, unknown, RegExp][] = [
    ["a dataset that is missing", chart({ dataset: "other" }), /charts\.lines\.dataset "other" is not in datasets/],
    ["a metric that is missing", chart({ metrics: ["other"] }), /"other" is not a metric of sales/],
    ["a column that is missing", chart({ kind: "table", by: ["other"] }), /"other" is not a column of sales/],
    ["two numbers in one", chart({ metrics: ["lines", "lines"] }), /a number has one metric/],
    ["bars by nothing", chart({ kind: "bar" }), /columns in `by`/],
    ["a table of both kinds", chart({ kind: "table", columns: ["store"] }), /either metrics or columns/],
    ["an unknown key", { ...RIGHT, slug: "x" }, /slug/],
    ["a chart in no row", { ...RIGHT, rows: [] }, /"lines" is in 0 rows, expected one/],
    ["a chart in two rows", { ...RIGHT, rows: [...RIGHT.rows, ...RIGHT.rows] }, /"lines" is in 2 rows, expected one/],
    [
      "a row with an unknown chart",
      { ...RIGHT, rows: [...RIGHT.rows, { height: 9, charts: { x: 1 } }] },
      /"x" is not in charts/,
    ],
  ];
  for (const [what, value, message] of wrong) {
    it(`are refused with ${what}`, () => {
      assert.throws(
        () => read(value),
        (error) => error instanceof AnalyticsError && message.test(error.message) && /#template$/.test(error.message),
      );
    });
  }

  it("are refused with a row that is too wide", () => {
    const charts = { lines: RIGHT.charts.lines, more: RIGHT.charts.lines };
    assert.throws(
      () => read({ ...RIGHT, charts, rows: [{ height: 20, charts: { lines: 12, more: 1 } }] }),
      /is 13 columns wide, expected at most 12/,
    );
  });
});
