import assert from "node:assert/strict";
import { readDatabaseSettings } from "../../sandbox/agent/odooConf.ts";

const COMPLETE = {
  db_host: "10.0.0.5",
  db_port: "6432",
  db_name: "tbwa-finance",
  db_user: "tbwa-finance",
  db_password: "a=b:c#d",
};
const conf = (values: Record<string, string>) =>
  ["[options]", ...Object.entries(values).map(([key, value]) => `${key} = ${value}`), "list_db = False", ""].join("\n");

describe("odoo.conf as the agent reads it", () => {
  it("gives the database connection", () => {
    assert.deepEqual(readDatabaseSettings(conf(COMPLETE)), {
      host: "10.0.0.5",
      port: 6432,
      database: "tbwa-finance",
      user: "tbwa-finance",
      password: "a=b:c#d",
    });
  });

  it("has PostgreSQL's port by default", () => {
    const text = conf(COMPLETE).replace(/^db_port.*\n/m, "");
    assert.equal(readDatabaseSettings(text).port, 5432);
  });

  it("reads no other section", () => {
    const text = `${conf(COMPLETE)}[queue_job]\ndb_name = other\n`;
    assert.equal(readDatabaseSettings(text).database, "tbwa-finance");
  });

  for (const key of ["db_host", "db_name", "db_user", "db_password"] as const) {
    it(`names ${key} when it is missing, empty or False`, () => {
      for (const value of ["", "False"]) {
        assert.throws(() => readDatabaseSettings(conf({ ...COMPLETE, [key]: value })), {
          message: `odoo.conf has no ${key} in section [options]`,
        });
      }
    });
  }
});
