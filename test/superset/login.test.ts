import assert from "node:assert/strict";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { z } from "zod";
import { STAFF_REALM, STAFF_ROLES } from "../../config/names.ts";
import { syncRoles } from "../../features/analytics/roles.ts";
import { Superset } from "../../features/analytics/superset.ts";
import { Browser, unescapeHtml } from "../../features/delivery/smoke/browser.ts";
import { deleteInstance, openInstance, type Instance } from "../../sandbox/instance.ts";
import { startCurrent } from "../../sandbox/processes.ts";
import { startDatabase } from "../../sandbox/services/databases.ts";
import { stopServices } from "../../sandbox/services/index.ts";
import {
  administrate,
  KEYCLOAK_ADMIN,
  keycloakProgram,
  keycloakUrl,
  waitForKeycloak,
} from "../../sandbox/services/keycloak.ts";
import { startSuperset, supersetUrl } from "../../sandbox/services/superset.ts";
import { ensureToolchain } from "../../sandbox/toolchain/ensure.ts";

const PASSWORD = "a-password-of-these-people";
const PEOPLE: Readonly<Record<string, readonly string[]>> = {
  "an-engineer": ["engineer"],
  "an-auditor": ["auditor"],
  "in-finance": ["finance"],
  // What the sync logs in as, with a password that Superset has.
  "odoo-saas-sync": ["engineer"],
};

/** Makes the staff's realm as the component StaffRealm makes it, as far as Superset's log-in reads it. */
async function makeRealm(instance: Instance): Promise<void> {
  const answer = await fetch(`${keycloakUrl(instance)}/realms/master/protocol/openid-connect/token`, {
    method: "POST",
    body: new URLSearchParams({
      grant_type: "password",
      client_id: "admin-cli",
      username: KEYCLOAK_ADMIN,
      password: instance.secrets.keycloakAdmin,
    }),
  });
  const { access_token } = z.object({ access_token: z.string() }).parse(await answer.json());
  const made = await fetch(`${keycloakUrl(instance)}/admin/realms`, {
    method: "POST",
    headers: { authorization: `Bearer ${access_token}`, "content-type": "application/json" },
    body: JSON.stringify({
      realm: STAFF_REALM,
      enabled: true,
      sslRequired: "none",
      roles: { realm: STAFF_ROLES.map((name) => ({ name })) },
      users: Object.entries(PEOPLE).map(([username, realmRoles]) => ({
        username,
        realmRoles,
        enabled: true,
        email: `${username}@platform.example`,
        emailVerified: true,
        firstName: "Some",
        lastName: "Body",
        credentials: [{ type: "password", value: PASSWORD, temporary: false }],
      })),
    }),
  });
  assert.equal(made.status, 201, await made.text());
}

const meSchema = z.object({ result: z.object({ roles: z.record(z.string(), z.unknown()) }) });

describe("the staff's log-in to Superset by Keycloak", function () {
  this.timeout(900_000);
  let instance: Instance;

  before(async () => {
    const toolchain = await ensureToolchain(["core"]);
    instance = await openInstance({ home: mkdtempSync(join(tmpdir(), "superset-login-")), newPorts: "free", env: {} });
    await startDatabase(instance, "analyticsDatabase");
    await startCurrent(instance, keycloakProgram(instance, toolchain.keycloakHome), "keycloak");
    await waitForKeycloak(instance);
    await makeRealm(instance);
    await startSuperset(instance, () => undefined);
    const user = "odoo-saas-sync";
    await syncRoles(
      await Superset.logIn({ url: supersetUrl(instance), user, password: instance.secrets.supersetSync }),
    );
  });
  after(async () => {
    await stopServices(instance);
    deleteInstance(instance);
  });

  /** Logs in as a person does. @returns the browser, and the roles that Superset says; none for somebody who may not even ask for them */
  const logIn = async (username: string): Promise<{ browser: Browser; roles: readonly string[] | undefined }> => {
    const browser = new Browser();
    const start = await browser.request(`${supersetUrl(instance)}/login/keycloak`);
    const asked = new URL(start.location ?? assert.fail(`no redirect: ${start.status}`));
    assert.equal(asked.searchParams.get("code_challenge_method"), "S256");
    const form = await browser.follow(start);
    assert.match(form.url, /\/realms\/platform\//, `${form.url} ${form.status}`);
    const action = unescapeHtml(/action="([^"]+)"/.exec(form.text)?.[1] ?? assert.fail(form.text.slice(0, 500)));
    const answer = await browser.request(action, new URLSearchParams({ username, password: PASSWORD }));
    await browser.request(answer.location ?? assert.fail(answer.text.slice(0, 500)));
    const me = await browser.request(`${supersetUrl(instance)}/api/v1/me/roles/`);
    const roles = me.status === 200 ? Object.keys(meSchema.parse(JSON.parse(me.text)).result.roles).sort() : undefined;
    return { browser, roles };
  };

  const assertSeesNothing = async (username: string) => {
    const { browser, roles } = await logIn(username);
    assert.equal(roles, undefined);
    const { status } = await browser.request(`${supersetUrl(instance)}/api/v1/dashboard/`);
    assert.equal(status, 403, username);
  };

  it("gives engineers and auditors the role Staff, and nobody anything else: Public has no permission", async () => {
    assert.deepEqual((await logIn("an-engineer")).roles, ["Public", "Staff"]);
    assert.deepEqual((await logIn("an-auditor")).roles, ["Public", "Staff"]);
    await assertSeesNothing("in-finance");
  });

  it("opens no list of connections, roles or datasets, and no SQL Lab, to Staff", async () => {
    const { browser } = await logIn("an-engineer");
    const url = supersetUrl(instance);
    assert.equal((await browser.request(`${url}/api/v1/dashboard/`)).status, 200);
    for (const path of ["database", "dataset", "security/roles", "query", "sqllab", "assets/export", "log"]) {
      const { status } = await browser.request(`${url}/api/v1/${path}/`);
      assert.ok([401, 403].includes(status), `${path}: ${status}`);
    }
  });

  it("takes a role back at the next log-in of somebody who has lost it in Keycloak", async () => {
    assert.deepEqual((await logIn("an-auditor")).roles, ["Public", "Staff"]);
    const api = await administrate(instance, STAFF_REALM);
    const [person] = await api<{ id: string }[]>("GET", "/users?username=an-auditor&exact=true");
    const role = await api<{ id: string; name: string }>("GET", "/roles/auditor");
    await api("DELETE", `/users/${person?.id ?? ""}/role-mappings/realm`, [role]);
    await assertSeesNothing("an-auditor");
  });

  it("refuses a person with the service account's name: its account is an administrator", async () => {
    assert.equal((await logIn("odoo-saas-sync")).roles, undefined);
  });

  it("refuses an address of another site to return to", async () => {
    const start = await new Browser().request(`${supersetUrl(instance)}/login/keycloak`);
    const asked = new URL(start.location ?? assert.fail());
    asked.searchParams.set("redirect_uri", "https://elsewhere.example/oauth-authorized/keycloak");
    assert.equal((await new Browser().request(asked.href)).status, 400);
  });
});
