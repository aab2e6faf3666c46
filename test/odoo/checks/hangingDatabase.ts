import { setTimeout as sleep } from "node:timers/promises";
import { countsOf, equal, holds } from "../check.ts";
import type { Check } from "../check.ts";
import { Relay } from "../relay.ts";
import { STATUS } from "../walk.ts";

/** How long the database does not answer: longer than a liveness probe that asks it would stand. */
const HANGS_SECONDS = 90;
/** How soon readiness must follow. */
const NOTICED_SECONDS = 60;

/** A server that takes connections and does not answer: the pod leaves the route, is not restarted, and comes back by itself. */
export const hangingDatabase: Check = {
  title: "hanging database",
  run: async (walk) => {
    const { host, port } = walk.own.database;
    const relay = await Relay.to(host, port);
    const before = walk.logOf("odoo-web", "odoo").length;
    const web = await walk.startWeb((_, text) =>
      text
        .replace(/^db_port = \d+$/m, `db_port = ${relay.port}`)
        .replace(/^host=.*$/m, "host=127.0.0.1")
        .replace(/^db_host = .*$/m, "db_host = 127.0.0.1")
        .replace(/^port=\d+$/m, `port=${relay.port}`),
    );
    try {
      const odoo = web.containers.get("odoo");
      const statuses: Answers[] = [];
      const begin = Date.now();
      const look = async (until: number) => {
        while ((Date.now() - begin) / 1000 < until) {
          const [live, ready] = await Promise.all([statusOf("/live"), statusOf("/ready")]);
          statuses.push({ at: (Date.now() - begin) / 1000, live, ready });
          await sleep(1000);
        }
      };
      relay.hang();
      await look(HANGS_SECONDS);
      relay.goOn();
      await look(HANGS_SECONDS + NOTICED_SECONDS);
      const gone = statuses.find(({ ready }) => ready === 503)?.at;
      const back = statuses.findLast(({ ready }) => ready !== 200)?.at;
      return [
        equal("answers of /live that are not 200", statuses.filter(({ live }) => live !== 200).length, 0),
        holds(
          `seconds until /ready answers 503, of ${HANGS_SECONDS} that the database hangs`,
          gone !== undefined && gone <= NOTICED_SECONDS,
          gone === undefined ? "never" : Math.round(gone),
          `${NOTICED_SECONDS} at most`,
        ),
        holds(
          "answers of /ready from then on until the database is back",
          statuses.every(({ at, ready }) => at < (gone ?? 0) || at > HANGS_SECONDS || ready === 503),
          countsOf(statuses.filter(({ at }) => at >= (gone ?? 0) && at <= HANGS_SECONDS).map(({ ready }) => ready)),
          "503 only",
        ),
        holds(
          "seconds until /ready answers 200 again and goes on to",
          statuses.at(-1)?.ready === 200,
          Math.round((back ?? 0) - HANGS_SECONDS),
          `less than ${NOTICED_SECONDS}`,
        ),
        equal("the container runs", odoo?.isRunning(), true),
        equal(
          "starts of Odoo in it",
          walk
            .logOf("odoo-web", "odoo")
            .slice(before)
            .match(/odoo-serve: starting Odoo/g)?.length,
          1,
        ),
      ];
    } finally {
      relay.goOn();
      await web.stop();
      await relay.close();
    }
  },
};

interface Answers {
  /** Seconds since the database began to hang. */
  readonly at: number;
  readonly live: number;
  readonly ready: number;
}

/** A probe's answer; 0 when there is none in the probe's own time. */
async function statusOf(path: string): Promise<number> {
  const answer = await fetch(`${STATUS}${path}`, { signal: AbortSignal.timeout(5000) }).catch(() => undefined);
  return answer?.status ?? 0;
}
