import { setTimeout as sleep } from "node:timers/promises";
import { countsOf, equal, holds } from "../check.ts";
import type { Check } from "../check.ts";
import type { PodSpec } from "../../../sandbox/pods/spec.ts";
import { query } from "../../e2e/support/clients.ts";
import { STATUS, WEB } from "../walk.ts";
import type { Walk } from "../walk.ts";

/** An image that nobody has: the init Job takes it for a newer one, and upgrades every module. */
const NEWER = `sha256:${"e".repeat(64)}`;
/** People who load pages all the time. */
const VISITORS = 3;
/** serve.py gives requests 30 s to end, in which it takes no new ones; then the page is there. */
const SILENCE_SECONDS = 40;
/** How soon people are let in again when the database is at the pods' revision. */
const BACK_SECONDS = 120;

/** A whole upgrade while people work: no other Odoo takes part, they see a page, and are let in again without a restart. */
export const upgrade: Check = {
  title: "upgrade under load",
  run: async (walk) => {
    const before = await revisionOf(walk);
    const printed = { web: walk.logOf("odoo-web", "odoo").length, cron: walk.logOf("odoo-cron", "odoo").length };
    const web = await walk.startWeb();
    const cron = await walk.startCron();
    const visits = new Visits();
    try {
      await visits.until(() => visits.all.length >= 3 * VISITORS);
      const init = await walk.startInit("init-upgrade", asUpgrade);
      let isOver = false;
      const ended = init.containers.get("init")?.ended.finally(() => (isOver = true));
      const sessions = await watchSessions(walk, () => isOver);
      const status = await ended;
      const end = Date.now();
      const ready = await fetch(`${STATUS}/ready`).then((answer) => answer.status);
      const after = await revisionOf(walk);
      const pending = await walk.value("SELECT count(*) FROM ir_module_module WHERE state LIKE 'to %'");
      // As when the new pods have the new revision: here it is the database that comes to the pods.
      await setRevision(walk, before);
      const back = Date.now() + BACK_SECONDS * 1000;
      await visits.until(() => Date.now() > back || visits.all.some(({ at, kind }) => at > end && kind === "Odoo"));
      const during = visits.all.filter(({ at }) => at > sessions.begin && at < end).map(({ kind }) => kind);
      const starts = (pod: string, from: number) =>
        walk
          .logOf(pod, "odoo")
          .slice(from)
          .match(/odoo-serve: starting Odoo/g)?.length ?? 0;
      return [
        equal("exit status of init.sh", status, 0),
        equal("image that the database is at", after.image, NEWER),
        equal("modules in the middle of something", pending, "0"),
        holds(
          "seconds from its begin to its end, with other Odoo processes' sessions in it",
          status === 0 && sessions.begin < end && sessions.others.length === 0,
          [Math.round((end - sessions.begin) / 1000), ...sessions.others],
          "no sessions",
        ),
        holds(
          "answers while it upgrades",
          status === 0 && during.length > 0 && during.every((kind) => kind === "page"),
          countsOf(during),
          "the page, with status 503 and Retry-After, alone",
        ),
        equal(
          "answers that are neither Odoo's nor the page",
          visits.all.filter(({ kind }) => kind === "other").length,
          0,
        ),
        holds(
          "longest time without an answer, in seconds",
          visits.longestSilence() <= SILENCE_SECONDS,
          visits.longestSilence(),
          `${SILENCE_SECONDS} at most`,
        ),
        equal("/ready of the web pod when the upgrade has ended", ready, 200),
        holds(
          "seconds until people are let in again",
          visits.all.some(({ at, kind }) => at > end && kind === "Odoo"),
          Math.round((Date.now() - end) / 1000),
          `${BACK_SECONDS} at most`,
        ),
        equal("starts of Odoo in the web pod", starts("odoo-web", printed.web), 2),
        holds(
          "starts of Odoo in the cron pod",
          [1, 2].includes(starts("odoo-cron", printed.cron)) && cron.containers.get("odoo")?.isRunning() === true,
          starts("odoo-cron", printed.cron),
          "one, and one that follows, without a restart",
        ),
      ];
    } finally {
      visits.end();
      await Promise.all([web.stop(), cron.stop()]);
      await setRevision(walk, before);
    }
  },
};

/** Starts the Job as if its release were the one wanted. */
const AS_WANTED =
  'echo "$ODOO_REVISION" >/tmp/revision && REVISION_FILE=/tmp/revision exec /bin/sh /opt/odoo-saas/init.sh';

/** The init pod of a release whose image is newer. */
function asUpgrade(spec: PodSpec): PodSpec {
  const values: Readonly<Record<string, string>> = { ODOO_IMAGE_DIGEST: NEWER, ODOO_REVISION: "odoo-check" };
  return {
    ...spec,
    containers: spec.containers.map((container) => ({
      ...container,
      command: ["/bin/sh", "-c", AS_WANTED],
      env: (container.env ?? []).map((each) => {
        const value = values[each.name];
        return value === undefined ? each : { ...each, value };
      }),
    })),
  };
}

/** What the database says that it is at. */
interface Revision {
  readonly revision: string;
  readonly image: string;
}

async function revisionOf(walk: Walk): Promise<Revision> {
  const value = (key: string) =>
    walk.value("SELECT (SELECT value FROM ir_config_parameter WHERE key = $1)", [`odoo_saas.${key}`]);
  return { revision: await value("revision"), image: await value("image") };
}

async function setRevision(walk: Walk, revision: Revision): Promise<void> {
  for (const [key, value] of Object.entries(revision)) {
    await walk.sql(
      "INSERT INTO ir_config_parameter (key, value) VALUES ($1, $2) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
      [`odoo_saas.${key}`, value],
    );
  }
}

/** Looks at who has sessions in the tenant's database, from the first one of the upgrade on. */
async function watchSessions(
  walk: Walk,
  isOver: () => boolean,
): Promise<{ readonly begin: number; readonly others: readonly string[] }> {
  const others = new Set<string>();
  let begin = Number.POSITIVE_INFINITY;
  while (!isOver()) {
    const rows = await query({ ...walk.login, ...walk.superuser }, SESSIONS, [walk.own.database.name]);
    const names = rows.map(({ name }) => String(name));
    if (begin === Number.POSITIVE_INFINITY && names.some((name) => name.startsWith("odoo-init-"))) begin = Date.now();
    if (begin !== Number.POSITIVE_INFINITY)
      for (const name of names) if (!name.startsWith("odoo-init-")) others.add(name);
    await sleep(500);
  }
  return { begin, others: [...others] };
}

/** Odoo's own sessions, which carry its process's number; those of init.sh and serve.py do not. */
const SESSIONS =
  "SELECT application_name AS name FROM pg_stat_activity WHERE datname = $1 AND application_name ~ '^odoo-([a-z]+-)?[0-9]'";

/** What a visitor got: Odoo's log-in page, the page that says what goes on, nothing, or something that nobody should see. */
type Kind = "Odoo" | "page" | "nothing" | "other";

/** People who load the log-in page, one time after the other. */
class Visits {
  readonly all: { readonly at: number; readonly kind: Kind }[] = [];
  #ends = false;

  constructor() {
    for (let visitor = 0; visitor < VISITORS; visitor += 1) void this.#visit();
  }

  /** Resolves when what is looked for has come. */
  async until(condition: () => boolean): Promise<void> {
    while (!condition()) await sleep(500);
  }

  end(): void {
    this.#ends = true;
  }

  /** The longest stretch of visits of which none got an answer, in seconds. */
  longestSilence(): number {
    let [longest, last] = [0, this.all[0]?.at ?? 0];
    for (const { at, kind } of this.all) {
      if (kind === "nothing") longest = Math.max(longest, at - last);
      else last = at;
    }
    return Math.round(longest / 1000);
  }

  async #visit(): Promise<void> {
    while (!this.#ends) {
      const kind = await visit();
      this.all.push({ at: Date.now(), kind });
      await sleep(200);
    }
  }
}

async function visit(): Promise<Kind> {
  try {
    const answer = await fetch(`${WEB}/web/login`, { signal: AbortSignal.timeout(30_000) });
    const text = await answer.text();
    if (answer.status === 200 && text.includes("oe_login_form")) return "Odoo";
    const isPage = text.includes("Update in progress") && answer.headers.get("retry-after") === "60";
    return answer.status === 503 && isPage ? "page" : "other";
  } catch {
    return "nothing";
  }
}
