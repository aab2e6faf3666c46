import assert from "node:assert/strict";
import pg from "pg";
import { DONE, SQL } from "./attacks.ts";
import type { Attacks } from "./attacks.ts";
import {
  AGAINST_ANOTHER,
  AROUND_THE_DATABASE,
  HARMLESS_EXTENSIONS,
  IN_THE_COMMON_DATABASE,
} from "./databaseAttacks.ts";
import type { SqlAttack } from "./databaseAttacks.ts";
import { logIn, openAll, Session } from "./sessions.ts";
import type { Party, Setting } from "./setting.ts";

/** What a session says that no other tenant may read. */
const SECRET = "what only this tenant may know";
/** Advisory locks that a tenant's own sessions might take. */
const LOCK = 42;

/** The tenants' server, attacked with a tenant's own credentials. */
export function attackDatabases(attacks: Attacks, setting: () => Setting): void {
  let own: Map<Party, Session>;
  let common: Map<Party, Session>;
  let superuser: Session;
  const of = (sessions: Map<Party, Session>, party: Party): Session => {
    const session = sessions.get(party);
    assert.ok(session, party.id);
    return session;
  };

  before(async () => {
    const { parties, tenantsSuperuser } = setting();
    superuser = await Session.open(tenantsSuperuser);
    own = await openAll(parties, ({ owner }) => owner);
    common = await openAll(parties, ({ owner }) => ({ ...owner, database: "postgres" }));
  });
  after(async () => {
    for (const session of [superuser, ...own.values(), ...common.values()]) await session.close();
  });

  const attack = async (session: Session, { sql, provedBy }: SqlAttack, target: Party, attacker: Party) =>
    provedBy === "none" ? session.attemptAlone(sql(target, attacker)) : session.attempt(sql(target, attacker));

  it("nobody logs in to another's, nor to the server's own", async () => {
    const { parties, pairs, analyticsSuperuser } = setting();
    for (const { id, owner, reporter, reader } of parties) {
      for (const login of [owner, reporter, reader]) attacks.works(id, `log in as ${login.user}`, await logIn(login));
      for (const database of ["template1", "odoo_saas"]) {
        attacks.refused(id, `log in to ${database}`, await logIn({ ...owner, database }), SQL.denied);
      }
      const keycloaks = { ...reader, database: "keycloak" };
      attacks.refused(id, "log in to Keycloak's database", await logIn(keycloaks), SQL.denied);
      assert.equal(await logIn({ ...analyticsSuperuser, database: "keycloak" }), DONE);
    }
    for (const {
      name,
      own: { owner, reporter },
      other,
    } of pairs) {
      const database = other.owner.database;
      attacks.refused(name, "log in as one's owner", await logIn({ ...owner, database }), SQL.denied);
      attacks.refused(name, "log in as one's reporter", await logIn({ ...reporter, database }), SQL.denied);
      const guessed = { ...other.owner, password: owner.password };
      attacks.refused(name, "log in with one's password", await logIn(guessed), SQL.wrongPassword);
    }
  });

  it("nobody acts on another's roles and database", async () => {
    const { parties, pairs } = setting();
    for (const { name, own: attacker, other } of pairs) {
      for (const item of AGAINST_ANOTHER) {
        attacks.refused(name, item.what, await attack(of(own, attacker), item, other, attacker), SQL.denied);
      }
    }
    for (const party of parties) {
      for (const item of AGAINST_ANOTHER) {
        if (item.provedBy === "own")
          attacks.works(party.id, item.what, await attack(of(own, party), item, party, party));
      }
    }
    await provedBySuperuser(AGAINST_ANOTHER);
  });

  it("nobody gets out of its own: files, programs, code, settings, roles", async () => {
    for (const { name, own: attacker, other } of setting().pairs) {
      for (const item of AROUND_THE_DATABASE) {
        attacks.refused(name, item.what, await attack(of(own, attacker), item, other, attacker), SQL.denied);
      }
    }
    await provedBySuperuser(AROUND_THE_DATABASE);
  });

  it("of all extensions the server has, a tenant creates none that reaches beyond its database", async () => {
    const create = (extension: string) => `CREATE EXTENSION IF NOT EXISTS ${pg.escapeIdentifier(extension)} CASCADE`;
    const there: string[] = [];
    for (const { name } of await superuser.rows("SELECT name FROM pg_available_extensions ORDER BY 1")) {
      const extension = String(name);
      // Some are for languages that the server does not have.
      if ((await superuser.attempt(create(extension))) !== DONE) continue;
      attacks.works("superuser", `extension ${extension}`, DONE);
      there.push(extension);
    }
    for (const dangerous of ["postgres_fdw", "dblink", "file_fdw"]) assert.ok(there.includes(dangerous), dangerous);
    for (const party of setting().parties) {
      for (const extension of there) {
        const outcome = await of(own, party).attempt(create(extension));
        if (HARMLESS_EXTENSIONS.includes(extension)) attacks.works(party.id, `extension ${extension}`, outcome);
        else attacks.refused(party.id, `extension ${extension}`, outcome, SQL.denied);
      }
    }
  });

  it("in the one that all may connect to, nobody leaves anything for another", async () => {
    for (const party of setting().parties) {
      for (const item of IN_THE_COMMON_DATABASE) {
        attacks.refused(party.id, item.what, await attack(of(common, party), item, party, party), SQL.denied);
      }
    }
    await provedBySuperuser(IN_THE_COMMON_DATABASE);
  });

  it("large objects are out of sight of the others", async () => {
    const { parties, pairs } = setting();
    const made = new Map<Party, string>();
    for (const party of parties) {
      // In a range of its own for each, so that no number is anything else's elsewhere.
      const wanted = 900_000_000 + parties.indexOf(party);
      made.set(party, String(await of(own, party).value("SELECT lo_from_bytea($1, $2)", [wanted, SECRET])));
    }
    try {
      for (const { name, own: attacker, other } of pairs) {
        const outcome = await of(own, attacker).attempt(`SELECT lo_get(${made.get(other) ?? ""})`);
        attacks.refused(name, "read a large object", outcome, "42704");
      }
      for (const party of parties) {
        attacks.works(
          party.id,
          "read a large object",
          await of(own, party).attempt(`SELECT lo_get(${made.get(party) ?? ""})`),
        );
      }
    } finally {
      for (const [party, oid] of made) await of(own, party).rows("SELECT lo_unlink($1)", [oid]);
    }
  });

  it("nobody reads what another's sessions do, nor ends them", async () => {
    const { parties, pairs } = setting();
    const pids = new Map<Party, unknown>();
    for (const party of parties) {
      pids.set(party, await of(own, party).value("SELECT pg_backend_pid()"));
      await of(own, party).rows(`SELECT 1 /* ${SECRET} of ${party.id} */`);
    }
    const seen = "SELECT query FROM pg_stat_activity WHERE pid = $1";
    for (const { name, own: attacker, other } of pairs) {
      const pid = pids.get(other);
      // From the common database, so that one's own session goes on showing what it did last.
      const session = of(common, attacker);
      const query = await session.value(seen, [pid]);
      attacks.refused(
        name,
        "read its queries",
        query === "<insufficient privilege>" ? query : DONE,
        "<insufficient privilege>",
      );
      const details = await session.rows(
        "SELECT FROM pg_stat_activity WHERE pid = $1 AND num_nonnulls(client_addr, client_port, state, query_start, backend_start) > 0",
        [pid],
      );
      attacks.refused(name, "read its sessions' details", details.length === 0 ? "hidden" : DONE, "hidden");
      for (const call of ["pg_terminate_backend", "pg_cancel_backend", "pg_log_backend_memory_contexts"]) {
        attacks.refused(name, call, await session.attempt(`SELECT ${call}(${String(pid)})`), SQL.denied);
      }
    }
    for (const party of parties) {
      const pid = pids.get(party);
      assert.match(String(await of(common, party).value(seen, [pid])), new RegExp(`${SECRET} of ${party.id}`));
      attacks.works(party.id, "read its queries", DONE);
      attacks.works(party.id, "pg_terminate_backend", await terminateOwn(party));
    }
  });

  it("nobody holds another up by advisory locks, which are each database's own", async () => {
    const { pairs, parties } = setting();
    for (const party of parties) {
      await of(own, party).rows("SELECT pg_advisory_lock($1)", [LOCK]);
      const second = await Session.open(party.owner);
      assert.equal(await second.value("SELECT pg_try_advisory_lock($1)", [LOCK]), false, "held in one's own");
      attacks.works(party.id, "hold up by an advisory lock", DONE);
      await second.close();
      await of(own, party).rows("SELECT pg_advisory_unlock_all()");
    }
    for (const { name, own: attacker, other } of pairs) {
      await of(own, attacker).rows("SELECT pg_advisory_lock($1)", [LOCK]);
      const got = await of(own, other).value("SELECT pg_try_advisory_lock($1)", [LOCK]);
      attacks.refused(name, "hold up by an advisory lock", got === true ? "free" : DONE, "free");
      for (const party of [attacker, other]) await of(own, party).rows("SELECT pg_advisory_unlock_all()");
    }
  });

  it("nobody is a member of a tenant's roles, the program's own least of all", async () => {
    for (const { id, owner, reporter } of setting().parties) {
      for (const { user } of [owner, reporter]) {
        const members = await superuser.rows(
          "SELECT r.rolname FROM pg_auth_members m JOIN pg_roles r ON r.oid IN (m.roleid, m.member) WHERE r.rolname = $1",
          [user],
        );
        assert.deepEqual(members, [], `${id}: members of ${user}`);
      }
    }
  });

  it("a stolen reporter's password opens the reports of its own tenant and nothing else", async () => {
    for (const { id, reporter } of setting().parties) {
      const session = await Session.open(reporter);
      attacks.works(id, "read reports as the reporter", await session.attempt("SELECT FROM reporting.companies"));
      for (const sql of [
        "SELECT FROM public.res_users",
        "SELECT FROM platform.applied_sql",
        "DROP VIEW reporting.companies",
        "CREATE TABLE reporting.mine ()",
        "CREATE SCHEMA mine",
        "CREATE EXTENSION pgcrypto SCHEMA reporting",
        `SET ROLE ${pg.escapeIdentifier(id)}`,
      ]) {
        attacks.refused(
          id,
          `the reporter: ${sql.split(" ").slice(0, 2).join(" ")}`,
          await session.attempt(sql),
          SQL.denied,
        );
      }
      await session.close();
    }
  });

  /** What nobody else can, to prove that the statement itself is right; the first two tenants stand for all. */
  async function provedBySuperuser(items: readonly SqlAttack[]): Promise<void> {
    const [first, second] = setting().parties;
    assert.ok(first && second);
    for (const item of items) {
      if (item.provedBy === "superuser") {
        attacks.works("superuser", item.what, await superuser.attempt(item.sql(second, first)));
      }
    }
  }

  async function terminateOwn(party: Party): Promise<string> {
    const victim = await Session.open(party.owner);
    const outcome = await of(common, party).attempt(
      `SELECT pg_terminate_backend(${String(await victim.value("SELECT pg_backend_pid()"))}, 5000)`,
    );
    await victim.close();
    return outcome;
  }
}
