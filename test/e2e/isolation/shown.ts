import assert from "node:assert/strict";
import { Client } from "pg";
import { openAll, Session } from "./sessions.ts";
import type { Party, Setting } from "./setting.ts";

/** How long a notification may take, in milliseconds. Measured: a few. */
const NOTIFICATION_MS = 10_000;

/** What servers that tenants share show of one to the other by nature: the list of docs/security.md, neither shorter nor longer. */
export function whatIsShown(setting: () => Setting): void {
  let inOwn: Map<Party, Session>;
  let readers: Map<Party, Session>;
  const of = (sessions: Map<Party, Session>, party: Party): Session => {
    const session = sessions.get(party);
    assert.ok(session, party.id);
    return session;
  };

  before(async () => {
    inOwn = await openAll(setting().parties, ({ owner }) => owner);
    readers = await openAll(setting().parties, ({ reader }) => reader);
  });
  after(async () => {
    for (const session of [...inOwn.values(), ...readers.values()]) await session.close();
  });

  it("on the tenants' server: names, limits, activity and who is connected", async () => {
    for (const { name, own, other } of setting().pairs) {
      const session = of(inOwn, own);
      const pid = await of(inOwn, other).value("SELECT pg_backend_pid()");
      for (const [what, sql, value] of [
        ["the database's name", "SELECT FROM pg_database WHERE datname = $1", other.id],
        ["the roles' names and limits", "SELECT FROM pg_roles WHERE rolname = $1 AND rolconnlimit > 0", other.id],
        ["how much it does", "SELECT FROM pg_stat_database WHERE datname = $1 AND xact_commit > 0", other.id],
        ["its sessions", "SELECT FROM pg_stat_activity WHERE pid = $1 AND usename <> current_user", pid],
      ] as const) {
        assert.equal((await session.rows(sql, [value])).length, 1, `${name}: ${what}`);
      }
    }
  });

  it("on the tenants' server: notifications in the database that Odoo listens in", async () => {
    for (const { name, own, other } of setting().pairs) {
      const [listener, speaker] = [own, other].map(({ owner }) => new Client({ ...owner, database: "postgres" }));
      assert.ok(listener && speaker);
      await Promise.all([listener.connect(), speaker.connect()]);
      try {
        const heard = new Promise<string | undefined>((done, fail) => {
          const late = setTimeout(() => fail(new Error(`${name}: no notification`)), NOTIFICATION_MS);
          listener.once("notification", ({ payload }: { payload?: string | undefined }) => {
            clearTimeout(late);
            done(payload);
          });
        });
        await listener.query("LISTEN imbus");
        await speaker.query("SELECT pg_notify('imbus', $1)", [other.id]);
        assert.equal(await heard, other.id);
      } finally {
        await Promise.all([listener.end(), speaker.end()]);
      }
    }
  });

  it("on the analytics server: names, sizes and counts of rows, and where the source is", async () => {
    for (const { name, own, other } of setting().pairs) {
      const session = of(readers, own);
      const { schema, dataSchema, server } = other.analytics;
      for (const [what, sql, value] of [
        ["tables", "SELECT FROM pg_tables WHERE schemaname = $1 AND tablename = 'companies'", dataSchema],
        [
          "views and what they read",
          "SELECT FROM pg_views WHERE schemaname = $1 AND viewname = 'companies' AND definition ~ 'FROM'",
          schema,
        ],
        [
          "columns",
          "SELECT FROM pg_attribute WHERE attname = 'company' AND attrelid = (SELECT c.oid FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace WHERE relname = 'companies' AND relkind = 'r' AND nspname = $1)",
          dataSchema,
        ],
        [
          "sizes",
          "SELECT FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace WHERE relname = 'companies' AND nspname = $1 AND pg_relation_size(c.oid) > 0",
          dataSchema,
        ],
        [
          "counts of rows",
          "SELECT FROM pg_stat_all_tables WHERE relname = 'companies' AND schemaname = $1 AND n_live_tup > 0",
          dataSchema,
        ],
        [
          "the source's address",
          "SELECT FROM pg_foreign_server WHERE srvname = $1 AND srvoptions::text ~ 'dbname='",
          server,
        ],
      ] as const) {
        assert.equal((await session.rows(sql, [value])).length, 1, `${name}: ${what}`);
      }
    }
  });
}
