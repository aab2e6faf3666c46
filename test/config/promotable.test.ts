import assert from "node:assert/strict";
import { ConfigError, selectTenants } from "../../config/index.ts";
import type { TenantSelection } from "../../config/index.ts";
import { promotableHash } from "../../config/promotableHash.ts";
import { projectFilesWith, VALID_PROJECT } from "../support/projectFolder.ts";

const STACK: TenantSelection = {
  environment: "staging",
  cell: "main",
  baseDomain: "odoo.example",
  release: "18.0-2026.11",
};
const TENANT = `displayName: Acme
owner: { team: ops, email: ops@acme.example }
bundles: [sales]
environments: { staging: {}, prod: { plan: large, domains: [a.example.com, b.example.com] } }
`;
const REORDERED = `bundles: [sales]
environments: { prod: { domains: [a.example.com, b.example.com], plan: large }, staging: {} }
owner: { email: ops@acme.example, team: ops }
displayName: Acme
`;
const RELEASE = VALID_PROJECT["releases/18.0-2026.11.yaml"] ?? "";
const PLAN = VALID_PROJECT["plans.yaml"] ?? "";
const named = (name: string, plan = PLAN) => plan.replace("standard:", `${name}:`);
const plans = (large: string) => ({ "plans.yaml": `${PLAN}${named("large", large)}` });

/** The same with its keys in the other order. */
function turned<Value extends object>(value: Value): Value {
  const copy = { ...value };
  for (const [key, own] of Object.entries(value).reverse()) {
    Reflect.deleteProperty(copy, key);
    Reflect.set(copy, key, own);
  }
  return copy;
}

/** The tenant's hash in a project with changes, or in another stack. */
function hash(changes: Readonly<Record<string, string>> = {}, stack: Partial<TenantSelection> = {}): string {
  const projectFiles = projectFilesWith({ "tenants/acme.yaml": TENANT, ...plans(PLAN), ...changes });
  const [acme = assert.fail()] = selectTenants(projectFiles, { ...STACK, ...stack });
  return promotableHash({ projectFiles }, acme);
}

const tenant = (from: string, to: string) => ({ "tenants/acme.yaml": TENANT.replace(from, to) });
const second = { "releases/18.0-2026.12.yaml": RELEASE.replace("0".repeat(64), "1".repeat(64)) };

describe("promotableHash", () => {
  it("is a SHA-256", () => assert.match(hash(), /^[0-9a-f]{64}$/));

  for (const [what, changes, stack] of [
    ["stack's base domain", {}, { baseDomain: "other.example" }],
    ["environment", {}, { environment: "prod" }],
    ["order of the keys", { "tenants/acme.yaml": REORDERED }, {}],
    ["price of a plan", plans(PLAN.replace("amount: 1.5", "amount: 2")), {}],
    ["place that names the release", tenant("staging: {}", "staging: { release: 18.0-2026.11 }"), {}],
    ["plan that nobody names", { "plans.yaml": `${PLAN}${named("large")}${named("tiny")}` }, {}],
    ["tenant beside it", { "tenants/globex.yaml": TENANT.replace(/, domains: \[.*\]/, "") }, {}],
  ] as const) {
    it(`is the same whatever the ${what}`, () => assert.equal(hash(changes, stack), hash()));
  }

  for (const [what, changes, stack] of [
    ["the name that people read", tenant("Acme", "Acme Two"), {}],
    ["a domain of prod", tenant("a.example.com", "c.example.com"), {}],
    ["the order of domains", tenant("a.example.com, b.example.com", "b.example.com, a.example.com"), {}],
    ["an environment", tenant("staging: {}, ", ""), { environment: "prod" }],
    ["the plan that an environment names", tenant("plan: large, ", ""), {}],
    ["the size of prod's plan", plans(PLAN.replace("databaseConnections: 56", "databaseConnections: 60")), {}],
    [
      "the modules that a bundle comes to",
      {
        "bundles/sales.yaml": (VALID_PROJECT["bundles/sales.yaml"] ?? "").replace(
          "version: 18.0.1.1.0, install: on-request",
          "version: 18.0.1.1.0",
        ),
      },
      {},
    ],
    [
      "the reporting models of a bundle",
      {
        "bundles/sales.yaml": `reporting: [sales/v1]\n${VALID_PROJECT["bundles/sales.yaml"] ?? ""}`,
        "sql/tenant/sales/v1/001.sql": "",
      },
      {},
    ],
    ["the stack's release", second, { release: "18.0-2026.12" }],
    ["what the release is", { "releases/18.0-2026.11.yaml": RELEASE.replace("0".repeat(64), "2".repeat(64)) }, {}],
  ] as const) {
    it(`is another with ${what} changed`, () => assert.notEqual(hash(changes, stack), hash()));
  }

  it("is the same whatever the order in which a schema has its keys", () => {
    const projectFiles = projectFilesWith({ "tenants/acme.yaml": TENANT, ...plans(PLAN) });
    const [acme = assert.fail()] = selectTenants(projectFiles, STACK);
    const tenants = new Map([...projectFiles.tenants].map(([id, value]) => [id, turned(value)]));
    const large = new Map([...projectFiles.plans].map(([name, value]) => [name, turned(value)]));
    const release = turned(acme.release);
    assert.notDeepEqual(Object.keys(release), Object.keys(acme.release));
    assert.equal(
      promotableHash({ projectFiles: { ...projectFiles, tenants, plans: large } }, { ...acme, release }),
      hash(),
    );
  });

  it("is none of a tenant without a file", () => {
    const projectFiles = projectFilesWith();
    const [acme = assert.fail()] = selectTenants(projectFiles, STACK);
    assert.throws(
      () => promotableHash({ projectFiles }, { ...acme, id: "globex" }),
      new ConfigError("A tenant has no file", ["globex"]),
    );
  });
});
