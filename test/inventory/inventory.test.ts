import assert from "node:assert/strict";
import { inventoryOf } from "../../features/inventory/inventory.ts";
import { inventorySchema } from "../../features/inventory/index.ts";
import type { Inventory } from "../../features/inventory/index.ts";
import { SECRET, SIGNATURE } from "../../lib/pulumiMarks.ts";

const STACK = "urn:pulumi:prod::odoo-saas::pulumi:pulumi:Stack::odoo-saas-prod";
const ACME = "urn:pulumi:prod::odoo-saas::odoo:saas:OdooTenant::acme";
const ROLE =
  "urn:pulumi:prod::odoo-saas::odoo:saas:OdooTenant$odoo:saas:TenantDatabase$postgresql:index:Role::acme-role";
const secret = { [SIGNATURE]: SECRET, ciphertext: "v1:b3Blbg==" };
const ABOUT = { takenAt: "2026-11-29T10:00:00.000Z", commit: "0".repeat(40) };

const TENANT = {
  lifecycle: "active",
  release: "18.0-2026.11",
  namespace: "odoo-acme",
  hosts: ["acme.example"],
  database: { host: "db.example", port: 5432, name: "acme", role: "acme", password: secret },
  realm: { issuer: "https://sso.example/realms/acme", clientId: "odoo", clientSecret: secret, administrator: "x" },
  analytics: { host: "an.example", port: 5432, name: "postgres", schema: "tenant_acme", role: "r", password: secret },
  backup: { repository: "s3:x", password: secret },
};

function exported(tenants: unknown, ...more: readonly object[]): string {
  const inputs = { password: secret, name: "acme" };
  const role = { urn: ROLE, type: "postgresql:index/role:Role", parent: "database", inputs, outputs: inputs };
  return JSON.stringify({
    version: 3,
    deployment: {
      manifest: { time: "2026-11-28T09:00:00.123456789+01:00" },
      resources: [
        { urn: STACK, type: "pulumi:pulumi:Stack", outputs: { tenants, other: secret } },
        { urn: "provider", type: "pulumi:providers:postgresql", inputs: { password: secret } },
        { urn: ACME, type: "odoo:saas:OdooTenant", parent: STACK },
        { urn: "database", type: "odoo:saas:TenantDatabase", parent: ACME },
        { ...role, protect: true, created: "2026-11-27T00:00:00Z", modified: "0001-01-01T00:00:00Z" },
        ...more,
      ],
      pending_operations: [{ type: "creating", resource: { urn: "half", inputs } }],
    },
  });
}

/** An inventory as it is written. */
function written(...args: Parameters<typeof inventoryOf>): Inventory {
  return inventorySchema.parse(JSON.parse(JSON.stringify(inventoryOf(...args))));
}

describe("an inventory", () => {
  it("has tenants, resources and what was begun, and no input or output beside what says where things are", () => {
    const inventory = written("prod", exported({ acme: TENANT }), ABOUT);
    assert.deepEqual(inventory.tenants, [
      {
        id: "acme",
        lifecycle: "active",
        release: "18.0-2026.11",
        namespace: "odoo-acme",
        hosts: ["acme.example"],
        database: { host: "db.example", port: 5432, name: "acme", role: "acme" },
        realm: { issuer: "https://sso.example/realms/acme", clientId: "odoo" },
        analytics: { host: "an.example", port: 5432, name: "postgres", schema: "tenant_acme", role: "r" },
      },
    ]);
    assert.deepEqual(inventory.resources.at(-1), {
      urn: ROLE,
      type: "postgresql:index/role:Role",
      name: "acme-role",
      tenant: "acme",
      part: "database",
      created: "2026-11-27T00:00:00.000Z",
      protected: true,
      waitsForDeletion: false,
    });
    assert.deepEqual(inventory.pending, [{ urn: "half", operation: "creating" }]);
    assert.equal(inventory.updatedAt, "2026-11-28T08:00:00.123Z");
    assert.doesNotMatch(JSON.stringify(inventory), /ciphertext|b3Blbg|password|Secret|administrator|s3:x/);
  });

  it("leaves out what is secret, or not known yet, wherever it stands", () => {
    const hidden = {
      ...TENANT,
      release: secret,
      hosts: secret,
      database: secret,
      realm: { issuer: secret },
      lifecycle: 1,
    };
    const [tenant] = written("prod", exported({ acme: hidden }), ABOUT).tenants;
    assert.deepEqual(tenant, {
      id: "acme",
      namespace: "odoo-acme",
      hosts: [],
      database: {},
      realm: {},
      analytics: { host: "an.example", port: 5432, name: "postgres", schema: "tenant_acme", role: "r" },
    });
    for (const tenants of [secret, { acme: secret }, { acme: null }]) {
      const inventory = written("prod", exported(tenants), ABOUT);
      assert.doesNotMatch(JSON.stringify(inventory), /ciphertext|b3Blbg/);
    }
  });

  it("counts what tenants share, and what is only to be deleted, as such", () => {
    const gone = { urn: ROLE, type: "postgresql:index/role:Role", parent: "database", delete: true };
    const shared = {
      urn: "urn:pulumi:prod::odoo-saas::odoo:saas:Platform::platform",
      type: "odoo:saas:Platform",
      parent: STACK,
    };
    const [, , , waits, platform] = written("prod", exported({}, gone, shared), ABOUT).resources;
    assert.equal(waits?.waitsForDeletion, true);
    assert.deepEqual([platform?.tenant, platform?.part], [undefined, "platform"]);
  });

  it("is empty for a stack without a state, and outside a repository", () => {
    const empty = JSON.stringify({ deployment: { manifest: { time: "2026-11-28T09:00:00Z" } } });
    assert.deepEqual(written("prod", empty, { ...ABOUT, commit: undefined }), {
      version: 1,
      stack: "prod",
      takenAt: ABOUT.takenAt,
      tenants: [],
      resources: [],
      pending: [],
    });
  });
});
