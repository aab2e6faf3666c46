import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, beforeEach, describe, it } from "mocha";
import pg from "pg";
import {
  addEvents,
  chainProblems,
  closeMonth,
  draftCredit,
  draftMonth,
  eventsOf,
  finaliseCredit,
  finaliseMonth,
  issuedOf,
  markExported,
  onClient,
  periodOf,
} from "../../features/billing/index.ts";
import type { BillingDatabase } from "../../features/billing/index.ts";
import { PROJECT_ROOT } from "../../lib/projectRoot.ts";
import { superuserConnection } from "../../sandbox/services/postgres.ts";
import { startThrowAwayPostgres } from "../support/postgres.ts";
import type { ThrowAwayPostgres } from "../support/postgres.ts";
import { eventsOfMonth, filesWith } from "./support/month.ts";

const MIGRATION = readFileSync(join(PROJECT_ROOT, "console/migrations/0011-billing.sql"), "utf8");
const FILES = filesWith({
  acme: { company: "acme", costCentre: "finance" },
  globex: { company: "globex", costCentre: "it" },
});
const AFTER = new Date("2026-12-05T02:00:00Z");
const acting = (by: string, files = FILES) => ({ files, now: AFTER, by });

describe("billing on PostgreSQL", () => {
  let postgres: ThrowAwayPostgres;
  const clients: pg.Client[] = [];
  let count = 0;
  let name = "";
  let database: BillingDatabase;
  let client: pg.Client;

  const connected = async (): Promise<pg.Client> => {
    const each = new pg.Client({ ...superuserConnection(postgres), database: name });
    // A test ends a session from outside.
    each.on("error", () => undefined);
    await each.connect();
    clients.push(each);
    return each;
  };
  const drafted = async (month = "2026-11"): Promise<void> => {
    await addEvents(database, [...eventsOfMonth("acme", month), ...eventsOfMonth("globex", month)]);
    await closeMonth(database, month, acting("ana"));
    await draftMonth(database, month, acting("ana"));
  };
  const dump = async (): Promise<unknown> => {
    const tables: unknown[] = [];
    for (const table of ["periods", "documents", "lines", "counters", "meter_events"]) {
      const { rows } = await client.query<Record<string, unknown>>(`SELECT * FROM billing.${table} ORDER BY 1, 2, 3`);
      tables.push(rows);
    }
    return tables;
  };

  before(async () => {
    postgres = await startThrowAwayPostgres("billing");
  });
  after(() => postgres.stop());
  beforeEach(async () => {
    await Promise.all(clients.splice(0).map((each) => each.end()));
    name = `billing_${(count += 1)}`;
    await postgres.connect((admin) => admin.query(`CREATE DATABASE ${name}`));
    client = await connected();
    await client.query(MIGRATION);
    database = onClient(client);
  });
  after(() => Promise.all(clients.map((each) => each.end())));

  it("keeps each reading once, and refuses another content under the same id", async () => {
    const events = eventsOfMonth("acme", "2026-11");
    assert.deepEqual(await addEvents(database, events), { added: 60, known: 0, refused: [], late: [] });
    assert.deepEqual(await addEvents(database, events), { added: 0, known: 60, refused: [], late: [] });
    const other = eventsOfMonth("acme", "2026-11", undefined, "9.000").slice(0, 2);
    const { added, known, refused } = await addEvents(database, other);
    assert.deepEqual([added, known, refused.length], [0, 1, 1]);
    const kept = await client.query(
      "SELECT value::text FROM billing.meter_events WHERE id = 'acme/prod/database_gib/2026-11-01'",
    );
    assert.deepEqual(kept.rows, [{ value: "4.000" }]);
    const conflicts = await client.query<{ id: string }>("SELECT id FROM billing.conflicts");
    assert.deepEqual(conflicts.rows, [{ id: "acme/prod/database_gib/2026-11-01" }]);
    // A second source does not count a day twice.
    const twice = await addEvents(
      database,
      events.slice(0, 1).map((event) => ({ ...event, source: "deploy:prod-eu" })),
    );
    assert.equal(twice.refused.length, 1);
  });

  it("corrects a reading by another event, and only once", async () => {
    const [, size] = eventsOfMonth("acme", "2026-11", undefined, "7.000");
    assert.ok(size?.meter === "database_gib");
    await addEvents(database, eventsOfMonth("acme", "2026-11", undefined, "6.000"));
    const corrects = "acme/prod/database_gib/2026-11-01";
    const correction = { ...size, corrects, reason: "read before a clean-up" };
    assert.equal((await addEvents(database, [correction])).added, 1);
    assert.equal((await addEvents(database, [correction])).known, 1);
    assert.equal((await addEvents(database, [{ ...correction, value: "8.000" }])).refused.length, 1);
    await closeMonth(database, "2026-11", acting("ana"));
    const { documents } = await draftMonth(database, "2026-11", acting("ana"));
    const line = documents[0]?.lines.find(({ meter }) => meter === "database_gib");
    // 29 days with 1 GiB above what is included, and one with 2.
    assert.equal(line?.quantity, "31");
    const sources = await eventsOf(database, { ...line, from: line.from, to: line.to });
    assert.deepEqual([sources.length, sources[0]?.value, sources[0]?.reason], [30, "7.000", "read before a clean-up"]);
  });

  it("refuses to change or delete what was metered", async () => {
    await addEvents(database, eventsOfMonth("acme", "2026-11"));
    for (const statement of [
      "UPDATE billing.meter_events SET value = 0 WHERE meter <> 'plan'",
      "DELETE FROM billing.meter_events",
      "TRUNCATE billing.meter_events CASCADE",
    ]) {
      await assert.rejects(client.query(statement), /rows of billing\.meter_events are permanent/);
    }
  });

  it("takes a month from open to exported, each step again without a change", async () => {
    await addEvents(database, [...eventsOfMonth("acme", "2026-11"), ...eventsOfMonth("globex", "2026-11")]);
    const early = { ...acting("ana"), now: new Date("2026-11-30T15:00:00Z") };
    await assert.rejects(closeMonth(database, "2026-11", early), /2026-11 is not over on 2026-11-30/);
    await assert.rejects(draftMonth(database, "2026-11", acting("ana")), /is open, expected it to be closed first/);
    assert.equal((await closeMonth(database, "2026-11", acting("ana"))).state, "collecting");
    const waiting = { ...acting("ana"), now: new Date("2026-12-03T02:00:00Z") };
    await assert.rejects(draftMonth(database, "2026-11", waiting), /waits for late readings until 2026-12-03/);
    await assert.rejects(finaliseMonth(database, "2026-11", acting("jo")), /is collecting, expected a draft/);
    assert.equal((await draftMonth(database, "2026-11", acting("ana"))).isNew, true);
    const draft = await dump();
    assert.equal((await draftMonth(database, "2026-11", acting("jo"))).isNew, false);
    assert.deepEqual(await dump(), draft);
    await assert.rejects(
      finaliseMonth(database, "2026-11", acting("Ana")),
      /Ana drafted 2026-11, expected another person/,
    );
    const issued = await finaliseMonth(database, "2026-11", acting("jo"));
    assert.deepEqual(
      issued.map(({ number, document }) => [number, document.customer.id, document.totals.payable]),
      [
        ["STM-2026-0001", "acme", "9744.00"],
        ["STM-2026-0002", "globex", "9744.00"],
      ],
    );
    const final = await dump();
    assert.equal((await finaliseMonth(database, "2026-11", acting("kim"))).length, 2);
    assert.deepEqual(await dump(), final);
    await markExported(database, "2026-11", AFTER);
    await markExported(database, "2026-11", AFTER);
    assert.equal((await periodOf(database, "2026-11")).state, "exported");
    await assert.rejects(draftMonth(database, "2026-11", acting("ana")), /is final/);
    assert.equal((await addEvents(database, eventsOfMonth("initech", "2026-11"))).late.length, 60);
    assert.deepEqual(await chainProblems(database), []);
  });

  it("does not make a draft final that something has changed since", async () => {
    await drafted();
    const [, size] = eventsOfMonth("acme", "2026-11", undefined, "9.000");
    assert.ok(size !== undefined);
    await addEvents(database, [{ ...size, corrects: "acme/prod/database_gib/2026-11-01", reason: "wrong" }]);
    await assert.rejects(
      finaliseMonth(database, "2026-11", acting("jo")),
      /is not what files and readings come to now/,
    );
  });

  it("does not make a month final in which a tenant cannot be billed", async () => {
    await addEvents(database, eventsOfMonth("initech", "2026-11"));
    await closeMonth(database, "2026-11", acting("ana"));
    const files = filesWith({ initech: undefined });
    const { notBillable } = await draftMonth(database, "2026-11", acting("ana", files));
    assert.equal(notBillable.length, 1);
    await assert.rejects(finaliseMonth(database, "2026-11", acting("jo", files)), /initech in prod cannot be billed/);
  });

  it("refuses every change of a final document", async () => {
    await drafted();
    await finaliseMonth(database, "2026-11", acting("jo"));
    for (const statement of [
      "UPDATE billing.documents SET content = '{}'",
      "UPDATE billing.documents SET number = 7",
      "DELETE FROM billing.documents",
      "UPDATE billing.lines SET amount = 0",
      "DELETE FROM billing.lines",
      "INSERT INTO billing.lines SELECT document, 99, tenant, environment, cost_centre, meter, first_day, last_day, quantity, amount FROM billing.lines LIMIT 1",
      "UPDATE billing.periods SET state = 'draft'",
      "DELETE FROM billing.periods",
    ]) {
      await assert.rejects(client.query(statement), /final|permanent/, statement);
    }
    await assert.rejects(client.query("TRUNCATE billing.documents CASCADE"), /permanent/);
  });

  it("finds a final document that was changed past its trigger", async () => {
    await drafted();
    await finaliseMonth(database, "2026-11", acting("jo"));
    await client.query("ALTER TABLE billing.documents DISABLE TRIGGER final");
    await client.query(
      `UPDATE billing.documents SET content = jsonb_set(content, '{currency}', '"USD"') WHERE number = 1`,
    );
    assert.match((await chainProblems(database)).join(), /STM-2026-0001 is not what was made final/);
  });

  it("numbers from 1 without a hole when two finalise at once", async () => {
    const months = ["2026-09", "2026-10", "2026-11"];
    for (const month of months) await drafted(month);
    const others = await Promise.all([connected(), connected(), connected(), connected()]);
    const outcomes = await Promise.allSettled(
      others.flatMap((each, index) =>
        months.slice(index % 3, (index % 3) + 1).map((month) => finaliseMonth(onClient(each), month, acting("jo"))),
      ),
    );
    assert.deepEqual(
      outcomes.filter(({ status }) => status === "rejected"),
      [],
    );
    const numbers = (await issuedOf(database)).map(({ number }) => number);
    assert.deepEqual(
      numbers,
      [1, 2, 3, 4, 5, 6].map((each) => `STM-2026-000${each}`),
    );
    assert.deepEqual(await chainProblems(database), []);
  });

  it("leaves no gap and half of nothing where one is killed in between", async () => {
    await drafted();
    const before = await dump();
    const victim = await connected();
    const { rows } = await victim.query<{ pid: number }>("SELECT pg_backend_pid() AS pid");
    // Holds the second document: the first one has its number when the session ends.
    const holder = await connected();
    await holder.query("BEGIN");
    await holder.query("SELECT FROM billing.documents WHERE company = 'globex' FOR UPDATE");
    const running = finaliseMonth(onClient(victim), "2026-11", acting("jo"));
    const isWaiting = async (): Promise<boolean> =>
      (await client.query("SELECT FROM pg_stat_activity WHERE pid = $1 AND wait_event_type = 'Lock'", [rows[0]?.pid]))
        .rowCount === 1;
    while (!(await isWaiting())) await new Promise((done) => setImmediate(done));
    await client.query("SELECT pg_terminate_backend($1)", [rows[0]?.pid]);
    await assert.rejects(running);
    await holder.query("ROLLBACK");
    assert.deepEqual(await dump(), before);
    await finaliseMonth(database, "2026-11", acting("jo"));
    assert.deepEqual(
      (await issuedOf(database)).map(({ number }) => number),
      ["STM-2026-0001", "STM-2026-0002"],
    );
  });

  it("takes back at most what is left of a line, in a series of its own", async () => {
    await drafted();
    await finaliseMonth(database, "2026-11", acting("jo"));
    const credit = (amount: string, reason = "outage") =>
      draftCredit(database, "STM-2026-0001", { lines: [{ position: 1, amount }], reason }, acting("ana"));
    const id = await credit("8000.00");
    assert.equal(await credit("8000.00"), id);
    await assert.rejects(
      credit("700.01"),
      /700\.01 is more than what is left of line 1 of STM-2026-0001, expected at most 700/,
    );
    await assert.rejects(finaliseCredit(database, id, acting("ana")), /ana drafted credit note/);
    const note = await finaliseCredit(database, id, acting("jo"));
    assert.deepEqual(
      [note.number, note.document.corrects?.number, note.document.totals.tax, note.document.totals.payable],
      ["CRN-2026-0001", "STM-2026-0001", "960.00", "8960.00"],
    );
    assert.equal((await finaliseCredit(database, id, acting("kim"))).number, "CRN-2026-0001");
    await credit("700.00", "the rest");
    await assert.rejects(credit("0.01", "more"), /expected at most 0/);
    for (const [lines, expected] of [
      [[{ position: 9, amount: "1.00" }], /has no line 9/],
      [[{ position: 1, amount: "0.001" }], /is not an amount/],
      [[{ position: 1, amount: "-1" }], /is not an amount/],
      [[], /No line is named/],
    ] as const) {
      await assert.rejects(draftCredit(database, "STM-2026-0001", { lines, reason: "x" }, acting("ana")), expected);
    }
    assert.deepEqual(await chainProblems(database), []);
  });
});
