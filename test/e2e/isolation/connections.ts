import assert from "node:assert/strict";
import type { Login } from "../support/clients.ts";
import { DONE, SQL } from "./attacks.ts";
import type { Attacks } from "./attacks.ts";
import { logIn, Session } from "./sessions.ts";
import type { Party, Setting } from "./setting.ts";

/** Connections, which a server has a number of for all. */
export function attackConnections(attacks: Attacks, setting: () => Setting): void {
  const cases = [
    { who: "owner", login: ({ owner }: Party) => owner, superuser: () => setting().tenantsSuperuser },
    { who: "reporter", login: ({ reporter }: Party) => reporter, superuser: () => setting().tenantsSuperuser },
    { who: "reader", login: ({ reader }: Party) => reader, superuser: () => setting().analyticsSuperuser },
  ];
  for (const { who, login, superuser } of cases) {
    it(`a tenant's ${who} takes no more than its limit, and the others still get in`, async () => {
      const server = await Session.open(superuser());
      try {
        for (const party of setting().parties) await exhaust(server, party, login);
        const room = await server.value(
          `SELECT current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int
                - sum(rolconnlimit) FROM pg_roles WHERE rolcanlogin AND rolconnlimit > 0`,
        );
        assert.ok(Number(room) > 0, "all tenants together leave room for the program");
      } finally {
        await server.close();
      }
    });
  }

  async function exhaust(server: Session, party: Party, login: (party: Party) => Login): Promise<void> {
    const own = login(party);
    const limit = Number(await server.value("SELECT rolconnlimit FROM pg_roles WHERE rolname = $1", [own.user]));
    assert.ok(limit > 0, `${own.user} has a limit`);
    const outcomes = await Promise.all(Array.from({ length: limit + 2 }, () => Session.tryOpen(own)));
    try {
      // Of those that come at once PostgreSQL may refuse more than it must, and never fewer.
      const held = outcomes.filter((outcome) => outcome instanceof Session).length;
      assert.ok(held > 0 && held <= limit, `${own.user} holds ${held} connections, expected 1 to ${limit}`);
      for (const outcome of outcomes.filter((candidate) => typeof candidate === "string")) {
        attacks.refused(party.id, "take more connections than one's limit", outcome, SQL.tooManyConnections);
      }
      for (const other of setting().parties.filter((candidate) => candidate !== party)) {
        const got = await logIn(login(other));
        attacks.refused(`${party.id} → ${other.id}`, "keep it from connecting", got === DONE ? "free" : got, "free");
      }
    } finally {
      for (const outcome of outcomes) if (outcome instanceof Session) await outcome.close();
    }
  }
}
