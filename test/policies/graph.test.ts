import assert from "node:assert/strict";
import { type GraphResource, readGraph } from "../../policies/lib/graph.ts";

const STACK = "urn:pulumi:prod::odoo-saas::pulumi:pulumi:Stack::odoo-saas-prod";
const TENANT = "odoo:saas:OdooTenant";

function resource(name: string, type: string, parent?: string, protect?: boolean): GraphResource {
  const opts = { ...(parent === undefined ? {} : { parent }), ...(protect === undefined ? {} : { protect }) };
  return { type, urn: name === "stack" ? STACK : name, name, props: { name }, opts };
}

describe("the graph that policies read", () => {
  const graph = readGraph([
    resource("stack", "pulumi:pulumi:Stack"),
    resource("acme", TENANT, STACK),
    resource("acme-data", "x:y:Data", "acme", true),
    resource("acme-part", "x:y:Part", "acme", false),
    resource("below", "x:y:Thing", "acme-part"),
    resource("inner", TENANT, "acme-part"),
    resource("innermost", "x:y:Thing", "inner"),
    resource("shared", "x:y:Thing", STACK),
    resource("lost", "x:y:Thing", "never-listed"),
  ]);
  const of = (name: string) => graph.nodes.find((node) => node.name === name);

  it("tells of each resource whose it is, whatever is between, and that of a nested tenant is the outer one's", () => {
    const owners = graph.nodes.map(({ name, tenant, depth }) => [name, tenant, depth]);
    assert.deepEqual(owners, [
      ["stack", undefined, 0],
      ["acme", undefined, 0],
      ["acme-data", "acme", 1],
      ["acme-part", "acme", 1],
      ["below", "acme", 1],
      ["inner", "acme", 1],
      ["innermost", "acme", 2],
      ["shared", undefined, 0],
      ["lost", undefined, 0],
    ]);
  });

  it("tells what is protected, and that nothing is that does not say so", () => {
    assert.deepEqual([of("acme-data")?.protect, of("acme-part")?.protect, of("shared")?.protect], [true, false, false]);
  });

  it("finds resources by type, and none of a type that there is not", () => {
    assert.deepEqual(
      graph.ofType("x:y:Data", "x:y:Part", "x:y:Other").map(({ name }) => name),
      ["acme-data", "acme-part"],
    );
    assert.deepEqual([...graph.tenants], ["acme", "inner"]);
    assert.equal(of("acme-data")?.props.at("name").text, "acme-data");
  });

  it("knows the stack by its resources, and an empty list is no stack's", () => {
    assert.equal(graph.stack, "prod");
    const empty = readGraph([]);
    assert.deepEqual([empty.stack, empty.nodes, [...empty.tenants]], ["", [], []]);
  });
});
