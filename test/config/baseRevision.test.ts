import assert from "node:assert/strict";
import { readBaseRevision } from "../../config/baseRevision.ts";
import type { BaseTenant } from "../../config/baseRevision.ts";

const FULL = `displayName: Acme
lifecycle: decommissioning
decommission: { holdUntil: 2027-02-28, release: true }
cell: west
environments: { prod: {} }
`;

/** What the base has of a tenant file with a text. */
function tenantOf(text: string): Partial<BaseTenant> | undefined {
  const {
    id,
    text: kept,
    ...values
  } = readBaseRevision(new Map([["tenants/acme.yaml", text]])).tenants.get("acme") ?? {};
  assert.deepEqual([id, kept], ["acme", text]);
  return values;
}

/** A tenant that runs, everywhere: what is protected most. */
const GUARDED = {
  displayName: "",
  lifecycle: "active",
  decommission: undefined,
  cell: "main",
  environments: ["staging", "prod"],
};

describe("readBase", () => {
  it("reads what a tenant file says", () => {
    assert.deepEqual(tenantOf(FULL), {
      displayName: "Acme",
      lifecycle: "decommissioning",
      decommission: { holdUntil: "2027-02-28", release: true },
      cell: "west",
      environments: ["prod"],
    });
  });

  for (const [what, text] of [
    ["a file that is no YAML", "displayName: [\n"],
    ["an empty file", ""],
    ["a list", "- a\n"],
    ["a file of keys that nobody knows", "name: Acme\n"],
    ["values of other kinds", "displayName: [x]\nlifecycle: off\ndecommission: soon\ncell: 7\nenvironments: prod\n"],
  ] as const) {
    it(`takes a tenant for what is protected most from ${what}`, () => {
      const { decommission, ...values } = tenantOf(text) ?? {};
      assert.deepEqual({ decommission, ...values }, GUARDED);
    });
  }

  it("keeps what is right beside what is wrong", () => {
    assert.deepEqual(tenantOf(FULL.replace("west", "[west]")), { ...tenantOf(FULL), cell: "main" });
    assert.deepEqual(tenantOf(FULL.replace("true", '"yes"'))?.decommission, {
      holdUntil: "2027-02-28",
      release: false,
    });
    assert.deepEqual(tenantOf(FULL.replace("2027-02-28", "7"))?.decommission, { holdUntil: undefined, release: true });
  });

  it("reads archive records as they are written", () => {
    const { tenants, archive } = readBaseRevision(new Map([["archive/acme.yaml", "displayName: Acme\n"]]));
    assert.deepEqual([...archive], [["acme", "displayName: Acme\n"]]);
    assert.equal(tenants.size, 0);
  });

  it("leaves out what is no tenant's and no record", () => {
    const paths = [
      ...["tenants/README.md", "tenants/acme.yml", "tenants/acme.yaml.orig", "tenants/.yaml", "tenants/Acme.yaml"],
      ...["tenants/old/acme.yaml", "old/tenants/acme.yaml", "archive/a.yaml", "bundles/sales.yaml", "plans.yaml"],
    ];
    const { tenants, archive } = readBaseRevision(new Map(paths.map((path) => [path, FULL])));
    assert.deepEqual([...tenants.keys(), ...archive.keys()], []);
  });
});
