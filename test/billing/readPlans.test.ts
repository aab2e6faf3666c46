import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { planEvents } from "../../features/billing/index.ts";
import type { Event } from "../../features/events/index.ts";

type Deployed = NonNullable<Event["deployed"]>;

function event(at: string, tenants: Deployed["tenants"], stack = "prod"): Event {
  return {
    ...{ version: 1, id: crypto.randomUUID(), kind: "deploy inventory", at, seconds: 1, outcome: "succeeded" },
    ...{ stack, tenants: [], actor: "ci", deployed: { at, tenants } },
  };
}

const acme = (plan: string) => ({ id: "acme", plan, lifecycle: "active" as const });
const read = (events: readonly Event[], from: string, to: string) =>
  planEvents(events, new Map([["prod", "prod"]]), { from, to }, "Asia/Manila").map((each) =>
    each.meter === "plan" ? `${each.day} ${each.source} ${each.tenant} ${each.plan} ${each.lifecycle}` : "",
  );

describe("the meter plan", () => {
  it("has what was deployed at the end of each day, also where nothing was deployed on it", () => {
    const events = [event("2026-11-02T01:00:00Z", [acme("small")]), event("2026-11-04T01:00:00Z", [acme("large")])];
    assert.deepEqual(read(events, "2026-11-01", "2026-11-04"), [
      "2026-11-02 deploy:prod acme small active",
      "2026-11-03 deploy:prod acme small active",
      "2026-11-04 deploy:prod acme large active",
    ]);
  });

  it("has the plan that was deployed last of a day in the supplier's time zone", () => {
    const events = [
      // 00:30 and 23:30 in Manila, and 00:30 of the day after.
      event("2026-11-01T16:30:00Z", [acme("small")]),
      event("2026-11-02T15:30:00Z", [acme("standard")]),
      event("2026-11-02T16:30:00Z", [acme("large")]),
    ];
    assert.deepEqual(read(events, "2026-11-01", "2026-11-03"), [
      "2026-11-02 deploy:prod acme standard active",
      "2026-11-03 deploy:prod acme large active",
    ]);
  });

  it("says once that a tenant is no more", () => {
    const events = [event("2026-11-01T01:00:00Z", [acme("small")]), event("2026-11-02T01:00:00Z", [])];
    assert.deepEqual(read(events, "2026-11-01", "2026-11-04"), [
      "2026-11-01 deploy:prod acme small active",
      "2026-11-02 deploy:prod acme  absent",
    ]);
  });

  it("does not go by stacks that it was not asked for, nor by events of another kind", () => {
    const other: Event = { ...event("2026-11-01T01:00:00Z", []), deployed: undefined };
    assert.deepEqual(
      read([event("2026-11-01T01:00:00Z", [acme("small")], "staging"), other], "2026-11-01", "2026-11-02"),
      [],
    );
  });
});
