import assert from "node:assert/strict";
import { databasePerTenant } from "../../policies/databasePerTenant.ts";
import { noCrossTenantGrants } from "../../policies/noCrossTenantGrants.ts";
import { realmPerTenant } from "../../policies/realmPerTenant.ts";
import { sqlIsolation } from "../../policies/sqlIsolation.ts";
import { tenantBoundary } from "../../policies/tenantBoundary.ts";
import type { Resource } from "../../features/look/judge.ts";
import { compliantStack, named, set, TENANTS } from "./support/fixtures.ts";
import { writeHostFiles } from "./support/hostCheckout.ts";
import { judge, judgeOne, judgeStack } from "../../features/look/judge.ts";
import { UNKNOWN } from "../../lib/pulumiMarks.ts";
import { emptyCheckout, useCheckout } from "./support/releasedCheckout.ts";

const CASES = [
  [databasePerTenant, "acme-database-database", "owner", "globex-eu"],
  [noCrossTenantGrants, "acme-database-role", "name", "globex-eu"],
  [realmPerTenant, "acme-realm-client", "realmId", "globex-eu"],
  [sqlIsolation, "acme-database-setup", "tenant", "globex-eu"],
  [tenantBoundary, "acme-web", "metadata.namespace", "odoo-globex-eu"],
] as const;

/** A stack that breaks one property; its name makes the URNs the case's own. */
function broken(stack: string, [, resource, path, value]: (typeof CASES)[number]): Resource[] {
  const resources = compliantStack(stack);
  set(resource, path, value)(resources);
  return resources;
}

const STACKS = CASES.flatMap((_, index) => ["once", "end", "orphan", "unknown"].map((what) => `prod-${what}${index}`));

describe("policies that ask whose a resource is", () => {
  useCheckout(() => writeHostFiles(emptyCheckout(), TENANTS, {}, STACKS));

  for (const [index, testCase] of CASES.entries()) {
    const [policy, resource] = testCase;

    it(`${policy.name} refuses before the resource is made, and says so once`, () => {
      const resources = broken(`prod-once${index}`, testCase);
      const before = resources.flatMap((item) => judgeOne(policy, item));
      assert.deepEqual(
        before.map(({ urn }) => urn),
        [named(resources, resource).urn],
      );
      assert.deepEqual(judgeStack(policy, resources), []);
    });

    it(`${policy.name} refuses at the end what it was not shown before`, () => {
      const resources = broken(`prod-end${index}`, testCase);
      assert.deepEqual(
        judgeStack(policy, resources).map(({ urn }) => urn),
        [named(resources, resource).urn],
      );
    });

    it(`${policy.name} leaves to the end what it was shown without its parents`, () => {
      const resources = broken(`prod-orphan${index}`, testCase);
      assert.deepEqual(judgeOne(policy, named(resources, resource)), []);
      assert.deepEqual(
        judgeStack(policy, resources).map(({ urn }) => urn),
        [named(resources, resource).urn],
      );
    });

    it(`${policy.name} refuses in the update what the preview did not know`, () => {
      const [, , path] = testCase;
      const resources = broken(`prod-unknown${index}`, testCase);
      const preview = structuredClone(resources);
      set(resource, path, UNKNOWN)(preview);
      assert.deepEqual(judge(policy, preview), []);
      assert.equal(resources.flatMap((item) => judgeOne(policy, item)).length, 1);
    });
  }

  it("see a tenant's resource below other components", () => {
    const resources = compliantStack("prod-nested");
    const chart = named(resources, "acme-chart");
    assert.match(chart.urn, /odoo:saas:OdooTenant\$odoo:saas:OdooRelease\$/);
    set("acme-scripts", "metadata.namespace", "default")(resources);
    assert.equal(judge(tenantBoundary, resources).length, 1);
  });
});
