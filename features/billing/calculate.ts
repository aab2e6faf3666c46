import { Decimal } from "decimal.js";
import type { CompaniesFile, PriceList } from "../../config/index.ts";
import { addDays } from "../../config/lifecycle.ts";
import { fractionDigits, priceOn } from "../../config/prices.ts";
import { USAGE_METERS } from "../../config/schemas/billing.ts";
import { daysOf } from "./calendar.ts";
import type { BillingDocument, Line, Party } from "./document.ts";
import type { Meter, UsageMeter } from "./meters.ts";
import { fromCoins, prorate, rounded, toCoins } from "./prorate.ts";
import { assertSums, totalsOf } from "./totals.ts";

/** What was deployed on a day. */
export interface PlanDay {
  readonly plan: string;
  /** `absent`: no more. */
  readonly lifecycle: "active" | "paused" | "decommissioning" | "absent";
}

/** What the meters said of a tenant in an environment. */
export interface Readings {
  readonly tenant: string;
  readonly environment: string;
  /** Deployed plans by day: those of the month, and the newest one before it where there was one. */
  readonly plans: ReadonlyMap<string, PlanDay>;
  /** Quantities by meter and day of the month. */
  readonly usage: ReadonlyMap<UsageMeter, ReadonlyMap<string, string>>;
}

/** Who pays for a tenant. */
export interface Payer {
  readonly company: string;
  readonly costCentre: string;
}

/** Everything that the charges of a month are calculated from. */
export interface MonthInput {
  /** Such as `2026-11`. */
  readonly month: string;
  /** Last day that should have been metered; the month's last one when it is over. */
  readonly until: string;
  readonly companies: CompaniesFile;
  readonly prices: ReadonlyMap<string, readonly PriceList[]>;
  readonly payers: ReadonlyMap<string, Payer>;
  readonly readings: readonly Readings[];
}

/** Days without an event of a meter that should have had one. */
export interface Hole {
  readonly tenant: string;
  readonly environment: string;
  readonly meter: Meter;
  readonly days: readonly string[];
}

/** Why a tenant cannot be billed. */
export interface NotBillable {
  readonly tenant: string;
  readonly environment: string;
  readonly reason: string;
}

/** A day on which a tenant's charge became another one. */
export interface Change {
  readonly day: string;
  readonly tenant: string;
  readonly environment: string;
  readonly company: string;
  /** What was charged before and after, such as `small` or `standard, paused`; empty: nothing. */
  readonly from: string;
  readonly to: string;
  /** Price of a month before and after. */
  readonly priceBefore: string;
  readonly priceAfter: string;
}

/** What a month comes to. */
export interface MonthResult {
  readonly documents: readonly BillingDocument[];
  readonly holes: readonly Hole[];
  readonly notBillable: readonly NotBillable[];
  readonly changes: readonly Change[];
}

/** The charges of a month. It knows no clock and reads nothing: the same input always has the same result. */
export function calculateMonth(input: MonthInput): MonthResult {
  const days = daysOf(input.month);
  const holes: Hole[] = [];
  const notBillable: NotBillable[] = [];
  const changes: Change[] = [];
  const byCompany = new Map<string, Omit<Line, "position">[]>();
  const sorted = [...input.readings].sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
  for (const readings of sorted) {
    const { tenant, environment } = readings;
    const payer = input.payers.get(tenant);
    const company = payer && input.companies.companies[payer.company];
    const lists = company && input.prices.get(company.currency);
    holes.push(...holesOf(readings, days, input.until, lists));
    const refuse = (reason: string) => notBillable.push({ tenant, environment, reason });
    if (!days.some((day) => isPresent(readings.plans.get(day)))) continue;
    if (payer === undefined) {
      refuse(`tenants/${tenant}.yaml names no company, expected a key billing`);
      continue;
    }
    if (company === undefined) {
      refuse(`${payer.company} is not in companies.yaml`);
      continue;
    }
    const segments = segmentsOf(readings, days, lists);
    const unpriced = segments.find((segment) => segment.price === undefined);
    if (unpriced !== undefined) {
      refuse(`plan ${unpriced.plan} has no price on ${unpriced.from} in prices/${company.currency}.yaml`);
      continue;
    }
    changes.push(...changesOf(readings, payer.company, days, lists));
    const charge = { readings, payer, days, digits: fractionDigits(company.currency), lists };
    const lines = [...planLines(segments, charge), ...overageLines(charge)];
    byCompany.set(payer.company, [...(byCompany.get(payer.company) ?? []), ...lines]);
  }
  const documents = [...byCompany]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([company, lines]) => (lines.length === 0 ? [] : [documentOf(input, company, lines)]));
  return { documents, holes, notBillable, changes };
}

/** Readings of a month that is not over, as if every day that is left were like the last one that was metered. */
export function projected(readings: readonly Readings[], month: string): Readings[] {
  const days = daysOf(month);
  return readings.map((each) => ({
    ...each,
    plans: carriedOn(each.plans, days),
    usage: new Map([...each.usage].map(([meter, values]) => [meter, carriedOn(values, days)])),
  }));
}

function carriedOn<Value>(values: ReadonlyMap<string, Value>, days: readonly string[]): ReadonlyMap<string, Value> {
  const last = days.findLast((day) => values.has(day));
  const value = last === undefined ? undefined : values.get(last);
  if (last === undefined || value === undefined) return values;
  return new Map([...values, ...days.filter((day) => day > last).map((day): [string, Value] => [day, value])]);
}

/** Consecutive days that are charged alike. */
interface Segment {
  readonly from: string;
  readonly to: string;
  readonly days: number;
  readonly plan: string;
  readonly isPaused: boolean;
  readonly list: PriceList | undefined;
  /** Price of a month; undefined: there is none. */
  readonly price: string | undefined;
}

function segmentsOf({ plans }: Readings, days: readonly string[], lists: readonly PriceList[] | undefined): Segment[] {
  const segments: Segment[] = [];
  for (const day of days) {
    const state = plans.get(day);
    if (!isPresent(state)) continue;
    const list = priceOn(lists, day);
    const isPaused = state.lifecycle !== "active";
    const last = segments.at(-1);
    if (
      last !== undefined &&
      addDays(last.to, 1) === day &&
      last.plan === state.plan &&
      last.isPaused === isPaused &&
      last.list === list
    ) {
      segments[segments.length - 1] = { ...last, to: day, days: last.days + 1 };
    } else {
      const price = list === undefined ? undefined : priceOf(list, state);
      segments.push({ from: day, to: day, days: 1, plan: state.plan, isPaused, list, price });
    }
  }
  return segments;
}

function priceOf(list: PriceList, { plan, lifecycle }: PlanDay): string | undefined {
  const price = Object.hasOwn(list.plans, plan) ? list.plans[plan] : undefined;
  return lifecycle === "active" ? price?.month : price?.paused;
}

/** What the lines of a tenant are made from. */
interface Charge {
  readonly readings: Readings;
  readonly payer: Payer;
  readonly days: readonly string[];
  readonly digits: number;
  readonly lists: readonly PriceList[] | undefined;
}

function planLines(segments: readonly Segment[], { readings, payer, days, digits }: Charge): Omit<Line, "position">[] {
  const parts = segments.map(({ price = "0", days: length }) => ({ price: toCoins(price, digits), days: length }));
  const amounts = prorate(parts, days.length);
  return segments.flatMap(({ from, to, days: length, plan, isPaused, list, price }, index) => {
    if (list === undefined || price === undefined) return [];
    return [
      {
        ...aboutLine(readings, payer),
        meter: "plan" as const,
        name: `${readings.tenant} (${readings.environment}): plan ${plan}${isPaused ? ", paused" : ""}`,
        plan,
        from,
        to,
        quantity: String(length),
        unit: "DAY" as const,
        price,
        baseQuantity: String(days.length),
        amount: fromCoins(amounts[index] ?? 0n, digits),
        tax: list.tax,
      },
    ];
  });
}

const UNITS: Readonly<Record<UsageMeter, string>> = {
  database_gib: "GiB of database",
  filestore_gib: "GiB of files",
  backup_gib: "GiB of backups",
  active_users: "active users",
};

/** A line per meter and price list: units above what the plan of each day includes, times days. */
function overageLines({ readings, payer, days, digits, lists }: Charge): Omit<Line, "position">[] {
  return USAGE_METERS.flatMap((meter) => {
    const values = readings.usage.get(meter);
    const over = days.flatMap((day) => {
      const [value, state, list] = [values?.get(day), readings.plans.get(day), priceOn(lists, day)];
      if (value === undefined || !isPresent(state) || list?.overage[meter] === undefined) return [];
      const quantity = new Decimal(value).minus(list.plans[state.plan]?.included[meter] ?? "0");
      return quantity.greaterThan(0) ? [{ day, list, plan: state.plan, price: list.overage[meter], quantity }] : [];
    });
    return [...Map.groupBy(over, ({ list }) => list).values()].flatMap((group) => {
      const [first, last] = [group[0], group.at(-1)];
      if (first === undefined || last === undefined) return [];
      const quantity = group.reduce((all, each) => all.plus(each.quantity), new Decimal(0));
      return [
        {
          ...aboutLine(readings, payer),
          meter,
          name: `${readings.tenant} (${readings.environment}): ${UNITS[meter]} above plan, times days`,
          plan: last.plan,
          from: first.day,
          to: last.day,
          quantity: quantity.toFixed(),
          unit: "C62" as const,
          price: first.price,
          baseQuantity: String(days.length),
          amount: rounded(quantity.times(first.price).div(days.length), digits),
          tax: first.list.tax,
        },
      ];
    });
  });
}

function aboutLine({ tenant, environment }: Readings, { costCentre }: Payer) {
  return { tenant, environment, costCentre };
}

function documentOf(
  { month, companies }: MonthInput,
  company: string,
  lines: readonly Omit<Line, "position">[],
): BillingDocument {
  const customer = companies.companies[company];
  if (customer === undefined) throw new Error(`${company} is not in companies.yaml`);
  const numbered = lines.map((line, index) => ({ position: index + 1, ...line }));
  const document: BillingDocument = {
    kind: "statement",
    month,
    currency: customer.currency,
    supplier: partyOf("supplier", companies.supplier),
    customer: partyOf(company, customer),
    costCentres: customer.costCentres,
    lines: numbered,
    ...totalsOf(numbered, customer.currency),
  };
  assertSums(document);
  return document;
}

function partyOf(id: string, { legalName, taxId, address, contact }: Omit<Party, "id">): Party {
  return { id, legalName, taxId, address, contact };
}

/** Days that should have an event and have none: of the plan since the first one, of usage that has a price while there is a plan. */
function holesOf(
  { tenant, environment, plans, usage }: Readings,
  days: readonly string[],
  until: string,
  lists: readonly PriceList[] | undefined,
): Hole[] {
  const first = [...plans.keys()].sort()[0];
  if (first === undefined) return [];
  const missing = (meter: Meter, isMissing: (day: string) => boolean): Hole[] => {
    const found = days.filter((day) => day <= until && day >= first && isMissing(day));
    return found.length === 0 ? [] : [{ tenant, environment, meter, days: found }];
  };
  // After its end, nothing more is metered.
  const isOver = (day: string): boolean => stateBefore(plans, day)?.lifecycle === "absent";
  return [
    ...missing("plan", (day) => !plans.has(day) && !isOver(day)),
    ...USAGE_METERS.flatMap((meter) =>
      missing(
        meter,
        (day) =>
          isPresent(plans.get(day)) &&
          priceOn(lists, day)?.overage[meter] !== undefined &&
          usage.get(meter)?.has(day) !== true,
      ),
    ),
  ];
}

/** What was known last before a day. */
function stateBefore(plans: ReadonlyMap<string, PlanDay>, day: string): PlanDay | undefined {
  const last = [...plans.keys()]
    .filter((each) => each < day)
    .sort()
    .at(-1);
  return last === undefined ? undefined : plans.get(last);
}

function changesOf(
  { tenant, environment, plans }: Readings,
  company: string,
  days: readonly string[],
  lists: readonly PriceList[] | undefined,
): Change[] {
  const known = [...plans.keys()].sort();
  return known.flatMap((day, index): Change[] => {
    if (!days.includes(day)) return [];
    const before = known[index - 1];
    const [was, is] = [chargedOn(before, plans, lists), chargedOn(day, plans, lists)];
    if (was.text === is.text && was.price === is.price) return [];
    const prices = { priceBefore: was.price, priceAfter: is.price };
    return [{ day, tenant, environment, company, from: was.text, to: is.text, ...prices }];
  });
}

function chargedOn(
  day: string | undefined,
  plans: ReadonlyMap<string, PlanDay>,
  lists: readonly PriceList[] | undefined,
): { readonly text: string; readonly price: string } {
  const state = day === undefined ? undefined : plans.get(day);
  if (day === undefined || !isPresent(state)) return { text: "", price: "0" };
  const list = priceOn(lists, day);
  const text = state.lifecycle === "active" ? state.plan : `${state.plan}, paused`;
  return { text, price: (list && priceOf(list, state)) ?? "0" };
}

function isPresent(state: PlanDay | undefined): state is PlanDay {
  return state !== undefined && state.lifecycle !== "absent";
}

function keyOf({ tenant, environment }: Readings): string {
  return `${tenant} ${environment}`;
}
