import { setTimeout as sleep } from "node:timers/promises";
import type { Login } from "../support/clients.ts";
import { DONE } from "./attacks.ts";
import type { Attacks } from "./attacks.ts";
import { logIn, Session } from "./sessions.ts";
import type { Party, Setting } from "./setting.ts";

/** As many locks as a server has room for, and more. */
const FLOOD = "SELECT count(pg_advisory_lock(i)) FROM generate_series(1, 5000000) i";
/** The same means as it is meant: some locks, for one transaction. */
const FEW = "SELECT count(pg_advisory_xact_lock(i)) FROM generate_series(1, 1000) i";
/** Seconds that the others may have to wait. Measured: one to three. */
const WAIT_SECONDS = 15;

/** The lock table, which all databases of a server share: no privilege keeps anybody from filling it, the watchdog ends who does. */
export function attackLocks(attacks: Attacks, setting: () => Setting): void {
  const cases = [
    { who: "owner", login: ({ owner }: Party) => owner, superuser: () => setting().tenantsSuperuser },
    { who: "reporter", login: ({ reporter }: Party) => reporter, superuser: () => setting().tenantsSuperuser },
    { who: "reader", login: ({ reader }: Party) => reader, superuser: () => setting().analyticsSuperuser },
  ];
  for (const { who, login, superuser } of cases) {
    it(`a tenant's ${who} that takes every lock is ended, and the others get in within seconds`, async () => {
      for (const party of setting().parties) {
        const attacker = await Session.open(login(party));
        attacks.works(party.id, "take locks", await attacker.attempt(FEW));
        const outcome = await attacker.attemptAlone(FLOOD);
        attacks.refused(party.id, "take every lock of the server", outcome, "57P01", "53200");
        const deadline = Date.now() + WAIT_SECONDS * 1000;
        for (const other of setting().parties.filter((candidate) => candidate !== party)) {
          const got = await soon(login(other), deadline);
          attacks.refused(`${party.id} → ${other.id}`, "keep it out by locks", got === DONE ? "free" : got, "free");
        }
        const got = await soon(superuser(), deadline);
        attacks.refused(party.id, "keep the superuser out by locks", got === DONE ? "free" : got, "free");
        attacks.refused(party.id, "stay with every lock", await attacker.attemptIfOpen("SELECT"), "57P01", "gone");
        await attacker.close();
      }
    });
  }
}

/** How a log-in ends that is tried until it succeeds or the time is over. */
async function soon(login: Login, deadline: number): Promise<string> {
  for (;;) {
    const outcome = await logIn(login);
    if (outcome === DONE || Date.now() > deadline) return outcome;
    await sleep(100);
  }
}
