import { stackSettingsOf } from "../../config/index.ts";
import { addDays } from "../../config/lifecycle.ts";
import { openFileStore } from "../../lib/fileStore.ts";
import { EVENTS_VARIABLE, readEvents } from "../events/index.ts";
import { BillingError } from "./billingError.ts";
import type { Payer } from "./calculate.ts";
import { dayIn } from "./calendar.ts";
import { addEvents, rememberPayers } from "./events.ts";
import type { Added } from "./events.ts";
import { companiesOf } from "./period.ts";
import type { Acting } from "./period.ts";
import { planEvents } from "./readPlans.ts";
import { readUsage } from "./readUsage.ts";
import { alone } from "./sql.ts";
import type { BillingDatabase } from "./sql.ts";

/** Days before today whose plans are read again each time: a ledger may arrive late. */
const PLAN_DAYS = 35;

/** What a metering came to. */
export interface Metering extends Added {
  /** Day that sizes were read for. */
  readonly day: string;
  /** What could not be read: its day is a hole. */
  readonly problems: readonly string[];
}

/**
 * Meters a stack: plans of the days that are over, from the ledger of deployments, and today's sizes, once. Again on the same
 * day: sizes stay what they were read as first, and nothing changes.
 *
 * @param root the project's root
 * @param options `repository`: folder of restic repositories, where those on volumes cannot be reached
 * @throws BillingError, and what reading a stack throws
 */
export async function meterStack(
  database: BillingDatabase,
  root: string,
  stack: string,
  { files, now }: Omit<Acting, "by">,
  { repository }: { readonly repository?: string | undefined } = {},
): Promise<Metering> {
  const { timezone } = companiesOf(files).supplier;
  const environment = stackEnvironment(root, stack);
  const ledger = process.env[EVENTS_VARIABLE] ?? "";
  if (ledger === "") {
    throw new BillingError(
      `${EVENTS_VARIABLE} is not set, expected the folder or bucket of events: plans are metered from deployments`,
      "commands",
    );
  }
  const day = dayIn(timezone, now);
  const days = { from: addDays(day, -PLAN_DAYS), to: addDays(day, -1) };
  const plans = planEvents(await readEvents(openFileStore(ledger)), new Map([[stack, environment]]), days, timezone);
  const { rows } = await database.query<{ id: string }>(
    "SELECT id FROM billing.meter_events WHERE day = $1 AND environment = $2 AND meter <> 'plan' AND corrects IS NULL",
    [day, environment],
  );
  const known = new Set(rows.map(({ id }) => id));
  const usage = await readUsage(stack, environment, day, repository);
  // A size is another one each time: the day's first reading counts.
  const sizes = usage.events.filter(({ tenant, meter }) => !known.has(`${tenant}/${environment}/${meter}/${day}`));
  const payers = new Map(
    [...files.tenants].flatMap(([id, { billing }]): [string, Payer][] =>
      billing === undefined ? [] : [[id, billing]],
    ),
  );
  const added = await alone(database, async (sql) => {
    await rememberPayers(sql, payers, day);
    return addEvents(sql, [...plans, ...sizes]);
  });
  return { ...added, day, problems: usage.problems };
}

function stackEnvironment(root: string, stack: string) {
  if (stack === "sandbox") return "sandbox" as const;
  const settings = stackSettingsOf(root).get(stack);
  if (settings !== undefined) return settings.environment;
  throw new BillingError(`Pulumi.${stack}.yaml is missing or invalid, expected a stack of this project`, "commands");
}
