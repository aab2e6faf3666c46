import assert from "node:assert/strict";
import { TenantDatabase } from "../../components/tenantDatabase.ts";
import { type RecordedResource, runProgram, SECRET } from "../../lib/mockEngine.ts";
import { only } from "../support/only.ts";

const ROLE = "postgresql:index/role:Role";
const DATABASE = "postgresql:index/database:Database";
const PASSWORD = "random:index/randomPassword:RandomPassword";
const SETUP = "odoosql:index:DatabaseSetup";

async function make(change: { protect?: boolean; generation?: number } = {}) {
  return runProgram(() => {
    const database = new TenantDatabase("acme-one-database", {
      tenant: "acme-one",
      connectionLimit: 40,
      generation: 1,
      server: { host: "db.example", port: 6432, sslmode: "verify-full", lcCtype: "C.UTF-8" },
      protect: false,
      ...change,
    });
    return {
      host: database.host,
      port: database.port,
      name: database.name,
      role: database.role,
      reporterRole: database.reporterRole,
    };
  });
}

const waitsFor = (resource: RecordedResource, other: RecordedResource) => resource.dependsOn.includes(other.urn);

describe("TenantDatabase", () => {
  it("makes six resources, all its own", async () => {
    const { resources } = await make();
    const children = resources.filter(
      (resource) => resource.custom && resource.parent !== "" && resource.name !== "default",
    );
    assert.deepEqual(children.map(({ type, name }) => `${type} ${name}`).sort(), [
      `${SETUP} acme-one-database-setup`,
      `${DATABASE} acme-one-database`,
      `${ROLE} acme-one-database-reporter`,
      `${ROLE} acme-one-database-role`,
      `${PASSWORD} acme-one-database-password`,
      `${PASSWORD} acme-one-database-reporter-password`,
    ]);
    for (const { parent } of children) assert.match(parent, /odoo:saas:TenantDatabase::acme-one-database$/);
  });

  it("gives the owner's role a limit of connections, a secret password, and no privilege", async () => {
    const { resources } = await make();
    const role = only(resources, ROLE, "acme-one-database-role");
    assert.deepEqual(role.inputs, {
      name: "acme-one",
      login: true,
      password: SECRET,
      connectionLimit: 40,
      superuser: false,
      createDatabase: false,
      createRole: false,
      replication: false,
      bypassRowLevelSecurity: false,
    });
  });

  it("gives the reporter a role of its own, with another password", async () => {
    const { resources } = await make();
    const reporter = only(resources, ROLE, "acme-one-database-reporter");
    const owner = only(resources, ROLE, "acme-one-database-role");
    assert.equal(reporter.inputs["name"], "acme-one_reporter");
    for (const right of ["superuser", "createDatabase", "createRole", "replication", "bypassRowLevelSecurity"]) {
      assert.equal(reporter.inputs[right], false, right);
    }
    assert.equal(reporter.inputs["roles"], undefined);
    assert.ok(waitsFor(reporter, only(resources, PASSWORD, "acme-one-database-reporter-password")));
    assert.ok(!waitsFor(reporter, only(resources, PASSWORD, "acme-one-database-password")));
    assert.ok(waitsFor(owner, only(resources, PASSWORD, "acme-one-database-password")));
  });

  it("makes the database from template0 with collation C, owned by the role", async () => {
    const { resources } = await make();
    const database = only(resources, DATABASE);
    assert.deepEqual(database.inputs, {
      name: "acme-one",
      owner: "acme-one",
      template: "template0",
      encoding: "UTF8",
      lcCollate: "C",
      lcCtype: "C.UTF-8",
      allowConnections: false,
    });
  });

  it("never replaces a database that exists over its locale", async () => {
    const { resources } = await make();
    assert.deepEqual(only(resources, DATABASE).ignoreChanges, ["lcCollate", "lcCtype", "allowConnections"]);
  });

  it("drops the database before both roles", async () => {
    const { resources } = await make();
    const database = only(resources, DATABASE);
    for (const role of resources.filter(({ type }) => type === ROLE)) assert.ok(waitsFor(database, role), role.name);
    assert.ok(waitsFor(only(resources, SETUP), database));
  });

  it("prepares the database as its owner, with the password as a secret", async () => {
    const { resources } = await make();
    assert.deepEqual(only(resources, SETUP).inputs, {
      tenant: "acme-one",
      connection: {
        host: "db.example",
        port: 6432,
        database: "acme-one",
        user: "acme-one",
        password: SECRET,
        sslmode: "verify-full",
      },
      roles: { reporter: "acme-one_reporter" },
    });
  });

  for (const protect of [true, false]) {
    it(`${protect ? "protects and keeps" : "neither protects nor keeps"} what holds data`, async () => {
      const { resources } = await make({ protect });
      const data = resources.filter(({ type }) => type === ROLE || type === DATABASE);
      assert.equal(data.length, 3);
      for (const resource of data) {
        assert.equal(resource.protect, protect, resource.name);
        assert.equal(resource.retainOnDelete, protect, resource.name);
      }
    });
  }

  it("makes new passwords when the generation is raised", async () => {
    const keepers = async (generation: number) => {
      const { resources } = await make({ generation });
      return resources.filter(({ type }) => type === PASSWORD).map(({ inputs }) => inputs["keepers"]);
    };
    assert.deepEqual(await keepers(1), [{ generation: "1" }, { generation: "1" }]);
    assert.deepEqual(await keepers(2), [{ generation: "2" }, { generation: "2" }]);
  });
});
