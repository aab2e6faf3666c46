import { setImmediate as turn } from "node:timers/promises";
import pg from "pg";
import { superuserConnection } from "../../sandbox/services/postgres.ts";
import type { ThrowAwayPostgres } from "./postgres.ts";

const ROLE = "lurker";
const LURKERS_PASSWORD = "lurking";

/** Somebody else who may log in to a server, as each tenant may, and tries to get into every database the moment that it exists. */
export interface Lurker {
  /** Stops trying. */
  stop(): Promise<{
    /** Databases that it got into. */
    readonly entered: readonly string[];
    /** Databases that it tried, those that are gone again included. */
    readonly tried: readonly string[];
  }>;
}

/** Sets a lurker on a server. What exists already it leaves alone. */
export async function lurk(server: ThrowAwayPostgres): Promise<Lurker> {
  const watcher = new pg.Client(superuserConnection(server));
  await watcher.connect();
  await watcher.query(`DROP ROLE IF EXISTS ${ROLE}; CREATE ROLE ${ROLE} LOGIN PASSWORD '${LURKERS_PASSWORD}'`);
  const before = new Set(await databases());
  const tried = new Set<string>();
  const entered = new Set<string>();
  let isOver = false;

  async function databases(): Promise<string[]> {
    const { rows } = await watcher.query<{ name: string }>("SELECT datname AS name FROM pg_database");
    return rows.map(({ name }) => name);
  }

  async function tryAll(): Promise<void> {
    while (!isOver) {
      const found = (await databases()).filter((name) => !before.has(name) && !entered.has(name));
      for (const database of found) {
        tried.add(database);
        await server
          .connect(() => Promise.resolve(entered.add(database)), { user: ROLE, password: LURKERS_PASSWORD, database })
          .catch(() => undefined);
      }
      await turn();
    }
  }

  const trying = tryAll();
  return {
    stop: async () => {
      isOver = true;
      await trying;
      await watcher.end();
      return { entered: [...entered].sort(), tried: [...tried].sort() };
    },
  };
}
