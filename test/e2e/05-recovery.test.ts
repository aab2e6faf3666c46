import assert from "node:assert/strict";
import { world } from "./support/hooks.ts";
import { asProgram } from "./support/keycloak.ts";

const TENANT = "zz-late";
const FILE = `tenants/${TENANT}.yaml`;
const TEXT = `displayName: Realm that came late
owner: { team: test-team, email: test@example.com }
company: { country: PH }
bundles: [crm-sales]
environments:
  staging: {}
`;

describe("a realm whose creation outlived the client", () => {
  after(async () => {
    world().remove(FILE);
    await world().ok("sandbox up", "--skip-preview");
  });

  it("is adopted by the next up when it is the tenant's own", async () => {
    const keycloak = await asProgram();
    world().write(FILE, TEXT);
    // What the server has done when the client gave up: the realm is there, the state does not know it.
    const attributes = { "odoo-saas.tenant": TENANT, "odoo-saas.environment": "sandbox" };
    assert.equal(await keycloak("POST", "", { realm: TENANT, enabled: true, attributes }), 201);
    const person = { username: "test@example.com", email: "test@example.com", enabled: true };
    assert.equal(await keycloak("POST", `/${TENANT}/users`, person), 201);
    const conflict = await world().pulumi("up", "--stack", "sandbox", "--yes", "--skip-preview", "--non-interactive");
    assert.notEqual(conflict.status, 0);
    assert.match(conflict.output, /409|[Cc]onflict/);

    const { output } = await world().ok("sandbox up", "--skip-preview");
    assert.match(output, /Adopted realm zz-late/);
    // Its first password is not in the state, and the policies take it as it is.
    assert.match(output, /Adopted person test@example\.com of realm zz-late/);
    const tenant = (await world().tenants())[TENANT];
    assert.ok(tenant);
    assert.equal((await fetch(`${tenant.realm.issuer}/.well-known/openid-configuration`)).status, 200);
    await world().ok("sandbox up", "--skip-preview", "--expect-no-changes");
  });

  it("is refused, with the command that takes it over, when nothing marks it as the tenant's", async () => {
    const keycloak = await asProgram();
    world().write("tenants/zz-foreign.yaml", TEXT);
    try {
      assert.equal(await keycloak("POST", "", { realm: "zz-foreign", enabled: true }), 201);
      const { status, output } = await world().cli("sandbox up");
      assert.equal(status, 1);
      assert.match(output, /pulumi import keycloak:index\/realm:Realm zz-foreign-realm zz-foreign --stack sandbox/);
      assert.match(output, /docs\/runbooks\/orphans\.md/);
    } finally {
      world().remove("tenants/zz-foreign.yaml");
      assert.equal(await keycloak("DELETE", "/zz-foreign"), 204);
    }
  });
});
