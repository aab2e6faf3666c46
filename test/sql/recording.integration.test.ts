import assert from "node:assert/strict";
import { seedOdoo } from "../../sandbox/seed/index.ts";
import { describeDatabase, readColumns, readRecording } from "../../sandbox/seed/recording.ts";
import type { DatabaseFacts } from "../../sandbox/seed/recording.ts";
import { settleOdoo } from "../../sandbox/seed/settle.ts";
import { startThrowAwayPostgres, type ThrowAwayPostgres } from "../support/postgres.ts";

const SETTINGS = JSON.stringify({
  baseUrl: "https://one.example.com",
  reportUrl: "http://127.0.0.1:8072",
  company: { name: "One", currency: "PHP" },
});

/** The stand-in does in each kind what a real Odoo was seen to do (`npx odoo-saas test odoo --record`). */
describe("the stand-in for Odoo", function () {
  this.timeout(120_000);
  const recording = readRecording();
  // The stand-in makes the tables of a subject whole, of whose modules a tenant may have one.
  const known: DatabaseFacts["columns"] = {};
  for (const { columns } of [recording.fresh, ...Object.values(recording.tenants)].map(({ facts }) => facts)) {
    for (const [table, own] of Object.entries(columns)) known[table] = { ...known[table], ...own };
  }
  let server: ThrowAwayPostgres;

  before(async () => {
    server = await startThrowAwayPostgres("recording");
  });
  after(() => server.stop());

  /** Databases after the modules alone, and after the platform's settings. */
  async function standIn(name: string, modules: readonly string[], country?: string) {
    await server.connect((client) => client.query(`CREATE DATABASE "${name}"`));
    return await server.connect(
      async (client) => {
        await seedOdoo(client, { tenant: name, modules, country });
        const describe = async () => describeDatabase(client, await readColumns(client));
        const fresh = await describe();
        await settleOdoo(client, SETTINGS);
        return { fresh, settled: await describe() };
      },
      { database: name },
    );
  }

  /** What both know of is equal: the stand-in has less. */
  function assertPart(found: DatabaseFacts, recorded: DatabaseFacts): void {
    const columns = Object.entries(found.columns).flatMap(([table, own]) =>
      Object.entries(own).flatMap(([column, type]) => {
        const other = known[table]?.[column] ?? "none";
        return other === type ? [] : [`${table}.${column}: ${type}, recorded: ${other}`];
      }),
    );
    assert.deepEqual(columns, []);
    for (const kind of ["parameters", "providers"] as const) {
      for (const [name, value] of Object.entries(found[kind])) {
        assert.deepEqual(recorded[kind][name], value, `${kind}: ${name}`);
      }
    }
    const users = new Map(recorded.users.map((user) => [user.login, user]));
    for (const user of found.users) assert.deepEqual(users.get(user.login), user);
    assert.ok(found.users.length > 0);
  }

  it("opens with the password that everybody knows, and to everybody, before the platform's settings", async () => {
    const { fresh } = await standIn("fresh", recording.fresh.asked);
    assertPart(fresh, recording.fresh.facts);
    assert.equal(fresh.users.find(({ login }) => login === "admin")?.knownPassword, true);
    assert.equal(fresh.parameters["auth_signup.invitation_scope"], "b2c");
  });

  for (const [tenant, { asked, country, facts }] of Object.entries(recording.tenants)) {
    it(`has the modules, settings and columns that ${tenant} has with a real Odoo`, async () => {
      const { settled } = await standIn(tenant, asked, country);
      assertPart(settled, facts);
      const newer = settled.modules.filter((name) => !facts.modules.includes(name));
      assert.deepEqual(
        newer,
        NEWER.filter((name) => settled.modules.includes(name)),
      );
      assert.deepEqual(
        facts.modules.filter((name) => !settled.modules.includes(name)),
        [],
      );
      assert.deepEqual(
        settled.users.filter(({ knownPassword }) => knownPassword),
        [],
      );
    });
  }

  it("was recorded of every tenant", () => {
    assert.ok(Object.keys(recording.tenants).length >= 4, Object.keys(recording.tenants).join(", "));
  });
});

/** Modules that Odoo has had since the version that was recorded. */
const NEWER = ["hr_recruitment_sms"];
