import type { StackSettings } from "../../config/index.ts";
import { addDays } from "../../config/lifecycle.ts";
import type { Event } from "../events/index.ts";
import { dayIn } from "./calendar.ts";
import type { MeterEvent } from "./meters.ts";

/**
 * The meter `plan`: what was deployed at the end of each day, as the events of deployments say, never as files do.
 *
 * @param events of the ledger; only those that say what a stack had count
 * @param stacks environments by stack
 * @param days first and last day, both included; the last one must be over
 */
export function planEvents(
  events: readonly Event[],
  stacks: ReadonlyMap<string, StackSettings["environment"]>,
  days: { readonly from: string; readonly to: string },
  timezone: string,
): MeterEvent[] {
  const byStack = Map.groupBy(events, ({ stack }) => stack ?? "");
  return [...byStack].flatMap(([stack, own]) => {
    const environment = stacks.get(stack);
    if (environment === undefined) return [];
    const source = `deploy:${stack}`;
    const states = own
      .flatMap(({ deployed }) =>
        deployed === undefined ? [] : [{ ...deployed, day: dayIn(timezone, new Date(deployed.at)) }],
      )
      .sort((a, b) => (a.at < b.at ? -1 : 1));
    const found: MeterEvent[] = [];
    for (let day = days.from; day <= days.to; day = addDays(day, 1)) {
      const now = states.findLast((state) => state.day <= day);
      const before = states.findLast((state) => state.day < day);
      for (const { id, plan, lifecycle } of now?.tenants ?? []) {
        found.push({ source, tenant: id, environment, day, meter: "plan", plan, lifecycle });
      }
      const ids = new Set(now?.tenants.map(({ id }) => id));
      for (const { id } of before?.tenants ?? []) {
        if (ids.has(id)) continue;
        found.push({ source, tenant: id, environment, day, meter: "plan", plan: "", lifecycle: "absent" });
      }
    }
    return found;
  });
}
