import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  defaultHome,
  findInstance,
  openInstance,
  PORTS,
  PROGRAM_PORTS,
  SandboxError,
  throughVariable,
} from "../../sandbox/instance.ts";

describe("sandbox instance", () => {
  let folder: string;
  let home: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "sandbox-instance-"));
    home = join(folder, "home");
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it("has a folder of its own for each checkout, which ODOO_SANDBOX_HOME overrides", () => {
    const env = { HOME: "/home/ada" };
    assert.notEqual(defaultHome("/a", env), defaultHome("/b", env));
    assert.equal(defaultHome("/a", env), defaultHome("/a/", env));
    assert.equal(defaultHome("/a", { ...env, ODOO_SANDBOX_HOME: "/srv/sandbox" }), "/srv/sandbox");
  });

  it("takes the documented ports, then those of the environment, and remembers them", async () => {
    const first = await openInstance({ home, env: {} });
    assert.deepEqual(first.ports, {
      tenantsDatabase: 28432,
      analyticsDatabase: 28433,
      kubernetes: 28443,
      keycloak: 28480,
      watchdog: 28481,
      forge: 28482,
      console: 28483,
      superset: 28484,
    });
    const moved = await openInstance({ home, env: { [PORTS.keycloak.variable]: "18080" } });
    assert.equal(moved.ports.keycloak, 18080);
    assert.deepEqual((await openInstance({ home, env: {} })).ports, moved.ports);
  });

  it("takes free ports when it is asked to, all different", async () => {
    const { ports } = await openInstance({ home, env: {}, newPorts: "free" });
    assert.equal(new Set(Object.values(ports)).size, Object.keys(PORTS).length);
  });

  it("lets the program go through other ports, which it does not remember", async () => {
    const between = await openInstance({ home, env: { [throughVariable("keycloak")]: "18081" } });
    const ports = Object.fromEntries(PROGRAM_PORTS.map((name) => [name, between.ports[name]]));
    assert.deepEqual(between.through, { ...ports, keycloak: 18081 });
    assert.deepEqual((await openInstance({ home, env: {} })).through, ports);
  });

  it("refuses what is no port, and names the variable", async () => {
    for (const value of ["0", "65536", "http", "80.5", "-1"]) {
      await assert.rejects(openInstance({ home, env: { ODOO_SANDBOX_PORT_KEYCLOAK: value } }), {
        name: "SandboxError",
        message: `ODOO_SANDBOX_PORT_KEYCLOAK is "${value}", expected a port from 1 to 65535.`,
      });
    }
  });

  it("refuses two services on one port", async () => {
    const opening = openInstance({ home, env: { ODOO_SANDBOX_PORT_KEYCLOAK: "28432" } });
    await assert.rejects(opening, /Two services would use port 28432: move one with ODOO_SANDBOX_PORT_/);
  });

  it("makes its secrets once, all different, in a file of its owner only", async () => {
    const { secrets } = await openInstance({ home, env: {} });
    const values = Object.values(secrets);
    assert.equal(new Set(values).size, values.length);
    for (const value of values) assert.match(value, /^[\w-]{32}$/);
    assert.equal(statSync(join(home, "secrets.json")).mode & 0o777, 0o600);
    assert.deepEqual((await openInstance({ home, env: {} })).secrets, secrets);
    for (const secret of values) assert.ok(!readFileSync(join(home, "instance.json"), "utf8").includes(secret));
  });

  it("says what to do when its files are damaged", async () => {
    await openInstance({ home, env: {} });
    for (const damage of ["", "{", "[]", '{"keycloakAdmin": 5}']) {
      writeFileSync(join(home, "secrets.json"), damage);
      await assert.rejects(openInstance({ home, env: {} }), (error) => {
        assert.ok(error instanceof SandboxError);
        assert.match(
          error.message,
          /secrets\.json cannot be read\.\nDelete this sandbox with `npx odoo-saas sandbox reset`/,
        );
        return true;
      });
      assert.equal((await findInstance({ home, env: {}, ignoreDamage: true }))?.home, home);
    }
  });

  it("says which folder it cannot use", async () => {
    writeFileSync(home, "a file");
    await assert.rejects(openInstance({ home, env: {} }), /folder .*home cannot be used: .*\nSet ODOO_SANDBOX_HOME/);
  });

  it("is found only when it was made", async () => {
    assert.equal(await findInstance({ home, env: {} }), undefined);
    const made = await openInstance({ home, env: {} });
    assert.deepEqual(await findInstance({ home, env: {} }), made);
  });
});
