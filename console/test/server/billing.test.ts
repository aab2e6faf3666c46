import assert from "node:assert/strict";
import { addEvents, addMonths, dayIn, daysOf } from "../../../features/billing/index.ts";
import type { MeterEvent } from "../../../features/billing/index.ts";
import { billingSchema, documentSchema, lineEventsSchema, moneyTabSchema } from "../../api/billing.ts";
import { billingOn } from "../../database/billing.ts";
import { World } from "../support/world.ts";

/** A month that is over, with its time for late readings. */
const MONTH = addMonths(dayIn("Asia/Manila", new Date()).slice(0, 7), -2);

/** Readings of a tenant on every day of a month. */
function readings(tenant: string, month: string): MeterEvent[] {
  return daysOf(month).flatMap((day): MeterEvent[] => {
    const about = { tenant, environment: "staging", day };
    return [
      { ...about, source: "deploy:staging", meter: "plan", plan: "small", lifecycle: "active" },
      ...(["database_gib", "filestore_gib", "backup_gib"] as const).map((meter): MeterEvent => ({
        ...about,
        source: "test",
        meter,
        value: "6.000",
      })),
    ];
  });
}

describe("charges in the console", () => {
  let world: World;
  let ana: string;
  let jo: string;
  before(async () => {
    world = await World.start();
    [ana, jo] = [await world.logIn("ana-cruz", ["finance"]), await world.logIn("jo-santos", ["finance"])];
    await addEvents(billingOn(world.database), [...readings("tbwa-crm", MONTH), ...readings("tbwa-scout", MONTH)]);
    await world.database
      .insertInto("tenants")
      .values({
        ...{ id: "tbwa-crm", display_name: "TBWA CRM", team: "client-services", email: "x@tbwa.example" },
        ...{ plan: "small", lifecycle: "active", bundles: [], environments: ["staging"], search: "" },
      })
      .execute();
  });
  after(() => world.stop());

  const overview = async (cookie = ana) => {
    const { status, text } = await world.ask(`/api/billing?month=${MONTH}`, cookie);
    assert.equal(status, 200, text);
    return billingSchema.parse(JSON.parse(text));
  };
  const step = (name: string, cookie: string) => world.ask(`/api/billing/${name}`, cookie, { month: MONTH });

  it("go from a forecast to documents, by two people, each step again without a change", async () => {
    const open = await overview();
    assert.deepEqual(
      [open.state, open.isForecast, open.documents, open.holes, open.notBillable],
      ["open", true, [], [], []],
    );
    // Small is 8,700.00; a GiB of database above the five that it includes is 120.00.
    assert.deepEqual(
      open.companies.map(({ id, net, gross }) => [id, net, gross]),
      [
        ["tbwa-philippines", "8820.00", "9878.40"],
        ["tbwa-scout", "8820.00", "9878.40"],
      ],
    );
    for (const name of ["close", "close", "draft", "draft"]) assert.equal((await step(name, ana)).status, 200, name);
    const refused = await step("finalise", ana);
    assert.equal(refused.status, 409);
    assert.match(refused.text, /ana-cruz drafted .*, expected another person to make it final/);
    for (const cookie of [jo, jo]) assert.equal((await step("finalise", cookie)).status, 200);
    const final = await overview(jo);
    assert.deepEqual([final.state, final.draftedBy, final.finalisedBy], ["final", "ana-cruz", "jo-santos"]);
    assert.match(final.documents.map(({ number }) => number).join(" "), /^STM-\d{4}-0001 STM-\d{4}-0002$/);
  });

  it("lead from each amount to its readings", async () => {
    const [first] = (await overview()).documents;
    const document = documentSchema.parse(
      JSON.parse((await world.ask(`/api/billing/documents/${first?.id ?? ""}`, ana)).text),
    );
    for (const { position, quantity, meter } of document.lines) {
      const { text } = await world.ask(`/api/billing/documents/${document.id}/lines/${position}`, ana);
      const { events } = lineEventsSchema.parse(JSON.parse(text));
      assert.equal(events.length, daysOf(MONTH).length);
      if (meter === "plan") assert.equal(quantity, String(events.length));
    }
  });

  it("are handed on as files once they are final", async () => {
    const [first] = (await overview()).documents;
    for (const [format, type, begins] of [
      ["pdf", "application/pdf", "%PDF-"],
      ["csv", "text/csv", "InvoiceId,"],
      ["xml", "application/xml", '<?xml version="1.0" encoding="UTF-8"?>\n<Invoice '],
      ["account.move.csv", "text/csv", "id,move_type,"],
    ] as const) {
      const answer = await world.ask(`/api/billing/documents/${first?.id ?? ""}/files/${format}`, ana);
      assert.equal(answer.headers.get("content-type")?.split(";")[0], type);
      assert.match(
        answer.headers.get("content-disposition") ?? "",
        new RegExp(`filename="STM-\\d{4}-0001\\.${format}"`),
      );
      assert.ok(answer.text.startsWith(begins), answer.text.slice(0, 80));
    }
    assert.equal((await world.ask(`/api/billing/documents/${first?.id ?? ""}/files/doc`, ana)).status, 404);
    assert.equal((await world.ask("/api/billing/documents/99999", ana)).status, 404);
  });

  it("show who pays for a tenant, and what it was charged", async () => {
    const { status, text } = await world.ask("/api/tenants/tbwa-crm/money", ana);
    assert.equal(status, 200, text);
    const { payer, charges } = moneyTabSchema.parse(JSON.parse(text));
    assert.equal(payer?.costCentre, "Client services");
    assert.deepEqual(
      charges.map(({ month, state, net }) => [month, state, net]),
      [[MONTH, "final", "8820.00"]],
    );
  });

  it("are in the audit log, with who did it and who was refused", async () => {
    const rows = await world.database
      .selectFrom("audit")
      .select(["login", "action", "outcome"])
      .where("action", "like", "billing:%")
      .orderBy("id")
      .execute();
    const said = rows.map(({ login, action, outcome }) => `${login} ${action} ${outcome}`);
    assert.deepEqual(said, [
      ...new Array<string>(4).fill("ana-cruz billing:draft allowed"),
      "ana-cruz billing:finalise failed",
      ...new Array<string>(2).fill("jo-santos billing:finalise allowed"),
    ]);
  });

  it("do not begin before their month", async () => {
    const next = addMonths(dayIn("Asia/Manila", new Date()).slice(0, 7), 1);
    assert.equal((await world.ask(`/api/billing?month=${next}`, ana)).status, 404);
    assert.equal((await world.ask("/api/billing?month=2026-13", ana)).status, 400);
  });
});
