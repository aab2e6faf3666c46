import assert from "node:assert/strict";
import {
  analyticsNames,
  isTenantId,
  KUBERNETES_LABEL_MAX,
  nameCollisions,
  namespaceName,
  POSTGRES_IDENTIFIER_MAX,
  reporterRole,
  TENANT_ID_MAX_LENGTH,
} from "../../config/names.ts";

const longest = `a${"b".repeat(TENANT_ID_MAX_LENGTH - 1)}`;

describe("names", () => {
  it("accepts ids at the limits and refuses those beyond", () => {
    for (const id of ["abc", "a1b", "tbwa-finance", "a-b-c", longest]) assert.ok(isTenantId(id), id);
    for (const id of ["ab", `${longest}c`, "1ab", "-ab", "ab-", "a--b", "A-b", "a_b", "a.b", "äbc", "abc\n", ""])
      assert.ok(!isTenantId(id), JSON.stringify(id));
  });

  it("stays within PostgreSQL's and Kubernetes' limits for the longest id", () => {
    for (const name of [...Object.values<string>({ ...analyticsNames(longest) }), reporterRole(longest)])
      assert.ok(Buffer.byteLength(name) <= POSTGRES_IDENTIFIER_MAX, name);
    assert.ok(namespaceName(longest).length <= KUBERNETES_LABEL_MAX);
  });

  it("makes names that no other valid id can make, but for the analytics suffixes", () => {
    assert.deepEqual(nameCollisions(["acme", "acme-x", "acmex", "ac-me"]), []);
    assert.deepEqual(nameCollisions(["acme", "acme-data", "acme-fdw"]), [
      { name: "analytics schema tenant_acme_data", tenants: ["acme", "acme-data"] },
      { name: "analytics schema tenant_acme_fdw", tenants: ["acme", "acme-fdw"] },
    ]);
  });

  it("keeps roles that are not a tenant's login outside the space of ids", () => {
    assert.ok(!isTenantId(reporterRole("abc")));
  });
});
