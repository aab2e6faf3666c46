import { setTimeout as sleep } from "node:timers/promises";
import { equal, holds, notLookedAt } from "../check.ts";
import type { Check, Finding } from "../check.ts";
import type { Walk } from "../walk.ts";

/** Longer than Odoo's own limit of 120 s. */
const JOB_SECONDS = 150;
/** Odoo looks for scheduled actions every minute, and then they take their time. */
const LIMIT_SECONDS = 60 + JOB_SECONDS + 60;

const ACTION = "Odoo check: scheduled action";
const JOB = "Odoo check: queue job";

/** Puts a server action that takes as long into the queue. */
const QUEUE_JOB = `
action = env["ir.actions.server"].create({
    "name": "${JOB}", "model_id": model.id, "state": "code", "code": code("${JOB}"),
})
action.with_delay(description="${JOB}").run()
`;

/** Removes what this or an earlier walk has made. */
const REMOVE = `
actions = env["ir.actions.server"].search([("name", "in", ["${ACTION}", "${JOB}"])])
env["ir.cron"].with_context(active_test=False).search([("ir_actions_server_id", "in", actions.ids)]).unlink()
actions.exists().unlink()
if "queue.job" in env:
    env["queue.job"].search([("name", "=", "${JOB}")]).unlink()
env["ir.logging"].search([("message", "=like", "Odoo check: %")]).unlink()
`;

/** Scheduled actions and queue jobs that take longer than Odoo's default limit come to their end in the cron pod, at once. */
export const jobs: Check = {
  title: "long jobs",
  run: async (walk) => {
    const hasQueue =
      (await walk.value("SELECT count(*) FROM ir_module_module WHERE name = 'queue_job' AND state = 'installed'")) ===
      "1";
    // Nothing else may take the thread, or do what it does in this tenant.
    const others = await walk.sql("UPDATE ir_cron SET active = false WHERE active RETURNING id");
    try {
      await walk.shell(`${REMOVE}
model = env.ref("base.model_res_partner")
def code(name):
    return f"log('{name} begins')\\ntime.sleep(${JOB_SECONDS})\\nlog('{name} ends')"
env["ir.cron"].create({
    "name": "${ACTION}", "model_id": model.id, "state": "code", "code": code("${ACTION}"),
    "interval_number": 52, "interval_type": "weeks",
})
${hasQueue ? QUEUE_JOB : ""}
env.cr.commit()
`);
      const before = walk.logOf("odoo-cron", "odoo").length;
      const cron = await walk.startCron();
      try {
        const names = hasQueue ? [ACTION, JOB] : [ACTION];
        const until = Date.now() + LIMIT_SECONDS * 1000;
        while (Date.now() < until && (await endsOf(walk)) < names.length) await sleep(2000);
        // What a job has come to is written after its mark.
        await sleep(5000);
        const printed = walk.logOf("odoo-cron", "odoo").slice(before);
        return [
          ...(await Promise.all(names.map((name) => marksOf(walk, name)))).flat(),
          ...(hasQueue
            ? [
                equal(
                  "state of the queue job",
                  await walk.value("SELECT state FROM queue_job WHERE name = $1", [JOB]),
                  "done",
                ),
              ]
            : [notLookedAt("queue job", "queue_job is not installed")]),
          equal(
            "limits reached, in the log",
            printed.split("\n").filter((line) => /limit .*reached/.test(line)),
            [],
          ),
          equal("starts of Odoo", printed.match(/odoo-serve: starting Odoo/g)?.length, 1),
        ];
      } finally {
        await cron.stop();
      }
    } finally {
      await walk.sql("UPDATE ir_cron SET active = true WHERE id = ANY ($1)", [others.map(({ id }) => id)]);
      await walk.shell(`${REMOVE}\nenv.cr.commit()`);
    }
  },
};

/** How often each has begun and ended, and how long it took. */
async function marksOf(walk: Walk, name: string): Promise<Finding[]> {
  const rows = await walk.sql("SELECT message, create_date FROM ir_logging WHERE message LIKE $1 ORDER BY id", [
    `${name} %`,
  ]);
  const times = rows.map(({ create_date: at }) => (at instanceof Date ? at.getTime() / 1000 : Number.NaN));
  const seconds = Math.round((times.at(-1) ?? Number.NaN) - (times[0] ?? Number.NaN));
  return [
    equal(
      name,
      rows.map(({ message }) => message),
      [`${name} begins`, `${name} ends`],
    ),
    holds(`${name}: seconds`, seconds >= JOB_SECONDS, seconds, `${JOB_SECONDS} at least`),
  ];
}

async function endsOf(walk: Walk): Promise<number> {
  return Number(await walk.value("SELECT count(*) FROM ir_logging WHERE message LIKE 'Odoo check: % ends'"));
}
