import { readEvents, EVENTS_VARIABLE } from "../../features/events/index.ts";
import type { Event } from "../../features/events/index.ts";
import { plainTable } from "../../lib/markdownTable.ts";
import { openFileStore } from "../../lib/fileStore.ts";
import { UserError } from "../../lib/userError.ts";
import { command, log } from "../command.ts";
import { useStack } from "../environment.ts";

export default command("deploy events", "List what was done to a stack, and by whom", "--stack prod --tenant acme")
  .description(
    "Lists the events of a stack: updates and their waves, smoke tests, promotions, rollbacks, drift, backups and restores, each with its " +
      `time, outcome, actor and commit. They are in the folder that ${EVENTS_VARIABLE} names, or where \`deploy publish\` has put them; the sandbox keeps its own.`,
  )
  .option("--stack <stack>", "a stack of Pulumi.<stack>.yaml", "sandbox")
  .option("--tenant <id>", "only events for this tenant, or for all")
  .option("--from <address>", `folder, or s3://bucket/prefix, of the events; default: ${EVENTS_VARIABLE}`)
  .option("--json", "print them as JSON, one line each")
  .action(async ({ stack, tenant, from, json = false }) => {
    await useStack(stack);
    const address = from ?? process.env[EVENTS_VARIABLE] ?? "";
    if (address === "") throw new UserError(`${EVENTS_VARIABLE} is not set, expected the folder of events`);
    const events = (await readEvents(openFileStore(address))).filter(
      (event) =>
        (event.stack === undefined || event.stack === stack) &&
        (tenant === undefined || event.tenants.length === 0 || event.tenants.includes(tenant)),
    );
    log(json ? events.map((event) => JSON.stringify(event)).join("\n") : textOf(events));
  });

function textOf(events: readonly Event[]): string {
  if (events.length === 0) return "No events.";
  const head = ["AT", "WHAT", "OUTCOME", "SECONDS", "TENANTS", "BY", "COMMIT", "REASON"];
  return plainTable([
    head,
    ...events.map(({ at, kind, outcome, seconds, tenants, actor, commit = "", reason = "" }) => [
      at,
      kind,
      outcome,
      seconds.toFixed(0),
      tenants.length === 0 ? "all" : tenants.join(", "),
      actor,
      commit.slice(0, 7),
      reason,
    ]),
  ]);
}
