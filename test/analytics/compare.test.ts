import assert from "node:assert/strict";
import { differences, plain } from "../../features/analytics/compare.ts";

describe("comparison of assets", () => {
  const changed = (wanted: unknown, has: unknown) => differences(plain(wanted), plain(has));

  it("leaves out what is empty, what an export adds, and the order of columns", () => {
    const wanted = { uuid: "1", columns: [{ column_name: "a" }, { column_name: "b" }], is_managed_externally: true };
    const has = {
      uuid: "1",
      columns: [{ column_name: "b", extra: null }, { column_name: "a" }],
      css: "",
      folders: [],
      version: "1.0.0",
      params: { datasource: "12__table" },
    };
    assert.deepEqual(changed(wanted, has), []);
  });

  it("names the path of what differs, and sees false, zero, and what is missing or more", () => {
    assert.deepEqual(changed({ allow_dml: false }, { allow_dml: true }), ["allow_dml"]);
    assert.deepEqual(changed({ a: 0, b: 1 }, { b: 1 }), ["a"]);
    assert.deepEqual(changed({ params: { metric: "a" } }, { params: { metric: "b", x: 1 } }), [
      "params.metric",
      "params.x",
    ]);
    assert.deepEqual(changed({ metrics: ["a", "b"] }, { metrics: ["b", "a"] }), ["metrics"]);
  });

  it("reads the query that Superset keeps as a text", () => {
    const query = (row_limit: number) => ({ query_context: JSON.stringify({ queries: [{ row_limit }] }) });
    assert.deepEqual(changed(query(1), query(1)), []);
    assert.deepEqual(changed(query(1), query(2)), ["query_context.queries"]);
  });
});
