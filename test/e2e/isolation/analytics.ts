import assert from "node:assert/strict";
import { BY_A_READER, claims, forgedClaims } from "./analyticsAttacks.ts";
import { DONE, SQL, sqlOutcome } from "./attacks.ts";
import type { Attacks } from "./attacks.ts";
import { openAll, Session } from "./sessions.ts";
import type { Party, Setting } from "./setting.ts";

/** The analytics server: one database, in which the tenants are kept apart by privileges and row-level security alone. */
export function attackAnalytics(attacks: Attacks, setting: () => Setting): void {
  let readers: Map<Party, Session>;
  let superuser: Session;
  let api: Session;
  const reader = (party: Party): Session => {
    const session = readers.get(party);
    assert.ok(session, party.id);
    return session;
  };

  before(async () => {
    const { parties, analyticsSuperuser, authenticator } = setting();
    superuser = await Session.open(analyticsSuperuser);
    api = await Session.open(authenticator);
    readers = await openAll(parties, ({ reader }) => reader);
  });
  after(async () => {
    for (const session of [superuser, api, ...readers.values()]) await session.close();
  });

  it("a reader reads its own views, and neither reads nor changes nor becomes anything of another's", async () => {
    const { parties, pairs } = setting();
    for (const { name, own, other } of pairs) {
      for (const { what, sql, state } of BY_A_READER) {
        attacks.refused(name, what, await reader(own).attempt(sql(other)), state ?? SQL.denied);
      }
    }
    for (const party of parties) {
      for (const { what, sql, provedBy } of BY_A_READER) {
        if (provedBy === "reader") attacks.works(party.id, what, await reader(party).attempt(sql(party)));
        else {
          const role = provedBy === "owner" ? `SET LOCAL ROLE ${party.analytics.ownerRole}; ` : "";
          attacks.works("superuser", what, await superuser.attempt(`${role}${sql(party)}`));
        }
      }
    }
  });

  it("every view of every tenant is closed to the other readers", async () => {
    const { pairs } = setting();
    for (const { name, own, other } of pairs) {
      for (const view of await viewsOf(other)) {
        attacks.refused(name, `read ${view}`, await reader(own).attempt(`SELECT FROM ${view}`), SQL.denied);
      }
    }
    for (const { own: party } of pairs) {
      for (const view of await viewsOf(party)) {
        attacks.works(party.id, "read every view", await reader(party).attempt(`SELECT FROM ${view}`));
      }
    }
  });

  it("a caller of the API sees another's schema empty, whatever its claims", async () => {
    const { pairs } = setting();
    for (const { name, own, other } of pairs) {
      for (const [what, text] of forgedClaims(own.id, other.id)) {
        const rows = await callApi("authenticated", text, other.analytics.schema);
        attacks.refused(name, `the API with ${what}`, rows === 0 ? "no rows" : DONE, "no rows");
      }
      for (const role of ["anon", "service_role", other.analytics.readerRole, other.analytics.ownerRole]) {
        const outcome = await callApi(role, claims(other.id), other.analytics.schema);
        // PostgREST takes the role from the token: it may only switch to the API's own, and these see nothing.
        const expected = role === "anon" || role === "service_role" ? "42P01" : SQL.denied;
        const kind = role.startsWith("tenant_") ? "the API as a tenant's role" : `the API as ${role}`;
        attacks.refused(name, kind, outcome, expected);
      }
      const rows = await callApi("authenticated", claims(other.id), other.analytics.schema);
      assert.ok(typeof rows === "number" && rows > 0, `${other.id} sees its own by the API`);
      attacks.works(other.id, "the API with one's own claims", DONE);
    }
  });

  it("passwords, statistics and sessions of another are out of sight", async () => {
    const { pairs } = setting();
    const mapping = "SELECT umoptions FROM pg_user_mappings WHERE srvname = $1";
    const statistics = "SELECT FROM pg_stats WHERE schemaname = $1";
    for (const { name, own, other } of pairs) {
      const { server, dataSchema } = other.analytics;
      await superuser.rows(`ANALYZE ${dataSchema}.companies`);
      const options = await reader(own).value(mapping, [server]);
      attacks.refused(name, "read the password of its foreign server", options === null ? "hidden" : DONE, "hidden");
      assert.match(String(await superuser.value(mapping, [server])), /password=/);
      attacks.works("superuser", "read the password of its foreign server", DONE);
      const shown = await reader(own).rows(statistics, [dataSchema]);
      attacks.refused(name, "read values from statistics", shown.length === 0 ? "hidden" : DONE, "hidden");
      assert.ok((await superuser.rows(statistics, [dataSchema])).length > 0);
      attacks.works("superuser", "read values from statistics", DONE);
      const pid = await reader(other).value("SELECT pg_backend_pid() /* secret */");
      const query = String(await reader(own).value("SELECT query FROM pg_stat_activity WHERE pid = $1", [pid]));
      attacks.refused(
        name,
        "read its readers' queries",
        query.includes("secret") ? DONE : query,
        "<insufficient privilege>",
      );
      const end = await reader(own).attempt(`SELECT pg_terminate_backend(${String(pid)})`);
      attacks.refused(name, "end its readers' sessions", end, SQL.denied);
    }
  });

  it("large objects of another cannot be read", async () => {
    const { pairs, parties } = setting();
    const made = new Map<Party, string>();
    for (const party of parties)
      made.set(party, String(await reader(party).value("SELECT lo_from_bytea(0, 'secret')")));
    try {
      for (const { name, own, other } of pairs) {
        const outcome = await reader(own).attempt(`SELECT lo_get(${made.get(other) ?? ""})`);
        attacks.refused(name, "read its large objects there", outcome, SQL.denied);
      }
      for (const party of parties) {
        attacks.works(
          party.id,
          "read large objects",
          await reader(party).attempt(`SELECT lo_get(${made.get(party) ?? ""})`),
        );
      }
    } finally {
      for (const [party, oid] of made) await reader(party).rows("SELECT lo_unlink($1)", [oid]);
    }
  });

  it("a reader that holds advisory locks keeps nobody's data from being refreshed", async () => {
    for (const { name, own, other } of setting().pairs) {
      const { dataSchema } = other.analytics;
      await reader(own).rows("SELECT pg_advisory_lock(hashtextextended($1, 0)), pg_advisory_lock(hashtext($1))", [
        dataSchema,
      ]);
      const done = await superuser.value(`SELECT succeeded FROM ${dataSchema}.refresh()`);
      attacks.refused(name, "hold up its refresh", done === true ? "refreshed" : DONE, "refreshed");
      await reader(own).rows("SELECT pg_advisory_unlock_all()");
    }
  });

  async function viewsOf({ analytics }: Party): Promise<string[]> {
    const rows = await superuser.rows("SELECT viewname FROM pg_views WHERE schemaname = $1", [analytics.schema]);
    assert.ok(rows.length > 0);
    return rows.map(({ viewname }) => `${analytics.schema}.${String(viewname)}`);
  }

  /**
   * A request as PostgREST makes it: role, claims and the schema that the profile header names are set for one transaction.
   *
   * @returns how many rows it gets, or the SQLSTATE.
   */
  async function callApi(role: string, text: string | undefined, profile: string): Promise<number | string> {
    const settings = [
      ["role", role],
      ["search_path", `"${profile}", "public", "extensions"`],
      ["request.method", "GET"],
      ["request.path", "/companies"],
      ...(text === undefined ? [] : [["request.jwt.claims", text]]),
    ];
    let rows = 0;
    const outcome = await sqlOutcome(
      api.inTransaction(async () => {
        for (const [key, value] of settings) await api.rows("SELECT set_config($1, $2, true)", [key, value]);
        rows = Number(await api.value("SELECT count(*) FROM companies"));
      }),
    );
    return outcome === DONE ? rows : outcome;
  }
}
