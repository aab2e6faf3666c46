import assert from "node:assert/strict";
import { ACCESS, ACTIONS, allowed, reach, ROLES, STAFF_ROLES, TENANT_ADMIN } from "../../api/access.ts";
import type { Action, Principal, Role } from "../../api/access.ts";
import { ROUTES } from "../../server/routes/index.ts";
import { World } from "../support/world.ts";

/**
 * The table once more, by hand: whoever changes who may do what changes it twice. A letter per role; small: with one's own
 * only, T: with one's own tenant's.
 */
const EXPECTED: Record<Action, string> = {
  "dashboard:read": "E O F A -",
  "fleet:read": "E O F A T",
  "tenant:read": "E O - A -",
  "modules:read": "E O - A T",
  "request:read": "E O - A T",
  "request:check": "E O - - T",
  "request:create": "E - - - -",
  "request:change": "E - - - T",
  "request:pause": "E O - - T",
  "request:resume": "E O - - T",
  "request:decommission": "E - - - -",
  "billing:read": "E - F A -",
  "billing:draft": "- - F - -",
  "billing:finalise": "- - F - -",
  "audit:read": "E o f A a",
};

const TENANTS = ["tbwa-finance", "tbwa-crm", "tbwa-hr", "tbwa-scout"] as const;

/** Somebody with a role, whom a realm that may give it has logged in. */
function holder(role: Role): Principal {
  return { login: "ada", roles: [role], ...(role === TENANT_ADMIN && { tenant: "acme" }) };
}

function expectedScope(action: Action, role: Role): string {
  const letter = EXPECTED[action].split(" ")[ROLES.indexOf(role)] ?? "";
  if (letter === "T") return "tenant";
  return letter === "-" ? "none" : letter === letter.toLowerCase() ? "own" : "all";
}

describe("who may do what", () => {
  for (const action of ACTIONS) {
    for (const role of ROLES) {
      const scope = expectedScope(action, role);
      it(`${role}: ${action}, ${scope}`, () => {
        const person = holder(role);
        assert.equal(reach(person, action), scope);
        assert.equal(allowed(person, action), scope === "all");
        assert.equal(allowed(person, action, { actor: "ada" }), scope === "all" || scope === "own");
        assert.equal(allowed(person, action, { actor: "bob" }), scope === "all");
        assert.equal(allowed(person, action, { tenant: "acme" }), scope === "all" || scope === "tenant");
        assert.equal(allowed(person, action, { tenant: "other" }), scope === "all");
      });
    }
  }

  for (const tenant of TENANTS) {
    for (const role of STAFF_ROLES) {
      it(`is nothing of a staff's for ${role} by the realm of ${tenant}`, () => {
        for (const action of ACTIONS) {
          for (const resource of [{}, { tenant }, { actor: "ada" }]) {
            assert.equal(allowed({ login: "ada", roles: [role], tenant }, action, resource), false, action);
          }
        }
      });
    }
    for (const other of TENANTS.filter((id) => id !== tenant)) {
      it(`is nothing of ${other} for the administrator of ${tenant}`, () => {
        const person = { login: "ada", roles: [...ROLES], tenant };
        for (const action of ACTIONS) assert.equal(allowed(person, action, { tenant: other }), false, action);
      });
    }
  }

  it("is nothing for a tenant's role by the staff's realm", () => {
    for (const action of ACTIONS) assert.equal(reach({ login: "ada", roles: [TENANT_ADMIN] }, action), "none");
  });

  it("is nothing without a role", () => {
    for (const action of ACTIONS) assert.equal(reach({ login: "ada", roles: [] }, action), "none");
  });

  it("adds up with several roles", () => {
    assert.equal(reach({ login: "ada", roles: ["finance", "engineer"] }, "audit:read"), "all");
    assert.equal(reach({ login: "ada", roles: ["finance", "operator"] }, "request:pause"), "all");
  });

  it("names every action in the table", () => assert.deepEqual(Object.keys(ACCESS), Object.keys(EXPECTED)));
});

describe("routes", () => {
  let world: World;
  before(async () => {
    world = await World.start();
  });
  after(() => world.stop());

  const ask = (route: (typeof ROUTES)[number], cookie?: string) =>
    world.ask(
      `/api${route.path.replace("{id}", "tbwa-finance")}?q=x`,
      cookie,
      route.method === "post" ? {} : undefined,
    );

  for (const route of ROUTES) {
    const name = `${route.method.toUpperCase()} ${route.path}`;

    it(`${name} is closed without a session`, async () => {
      assert.equal((await ask(route)).status, 401);
      assert.equal((await ask(route, "console_session=forged")).status, 401);
    });

    for (const role of STAFF_ROLES) {
      const { action } = route;
      const isOpen = action === "session" || ACCESS[action][role] !== "none";
      it(`${name} is ${isOpen ? "open" : "closed"} for ${role}`, async () => {
        const { status, text } = await ask(route, await world.logIn(`ada-${role}`, [role]));
        if (isOpen) assert.ok(![401, 403].includes(status), `${status} ${text}`);
        else {
          assert.equal(status, 403);
          assert.match(text, new RegExp(`Your roles \\(${role}\\) do not include ${action}`));
        }
      });
    }
  }

  it("is closed for a person without a role, which is said", async () => {
    const { status, text } = await world.ask("/api/dashboard", await world.logIn("guest", []));
    assert.equal(status, 403);
    assert.match(text, /You have no role here/);
  });

  it("writes each denial into the audit log", async () => {
    const rows = await world.database.selectFrom("audit").selectAll().where("login", "=", "ada-finance").execute();
    assert.ok(rows.length > 0);
    assert.deepEqual(new Set(rows.map(({ outcome }) => outcome)), new Set(["denied"]));
  });

  const asked: readonly [string, Role, number][] = [
    ["create", "operator", 403],
    ["change", "operator", 403],
    ["decommission", "operator", 403],
    ["pause", "operator", 200],
    ["pause", "engineer", 200],
  ];
  for (const [action, role, status] of asked) {
    it(`answers ${status} to a preflight of ${action} by ${role}`, async () => {
      const cookie = await world.logIn(`bob-${role}`, [role]);
      const answer = await world.ask("/api/preflight", cookie, { action, tenant: "tbwa-crm", file: {}, changes: {} });
      assert.equal(answer.status, status, answer.text);
    });
  }
});
