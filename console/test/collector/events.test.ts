import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { openFileStore } from "../../../lib/fileStore.ts";
import { eventsSource } from "../../collector/sources/events.ts";
import { event, giveEvent } from "../support/event.ts";
import { Projections } from "../support/projections.ts";

describe("the source events", () => {
  let projections: Projections;
  let folder: string;
  before(async () => {
    projections = await Projections.start();
  });
  beforeEach(async () => {
    await projections.renew();
    folder = join(projections.folder, "events");
  });
  after(() => projections.stop());

  const read = () => projections.collect(eventsSource(openFileStore(folder)));
  const days = async () =>
    (await projections.database.selectFrom("events").select("at").orderBy("at").execute()).map(({ at }) =>
      at.toISOString().slice(0, 10),
    );

  it("says that the ledger is missing", async () => {
    await read();
    const source = await projections.state("events");
    assert.equal(source?.state, "missing");
    assert.match(source.problem ?? "", /events cannot be read: ENOENT/);
  });

  it("has each event once, and those that are written up to two days late", async () => {
    giveEvent(folder, event({ at: "2026-11-20T10:00:00Z" }));
    giveEvent(folder, event({ at: "2026-11-29T10:00:00Z" }));
    await read();
    await read();
    assert.deepEqual(await days(), ["2026-11-20", "2026-11-29"]);
    giveEvent(folder, event({ at: "2026-11-27T10:00:00Z" }));
    await read();
    assert.deepEqual(await days(), ["2026-11-20", "2026-11-27", "2026-11-29"]);
    assert.equal((await projections.state("events"))?.asOf, "2026-11-29T10:00:00.000Z");
  });

  it("keeps the old rows and names the file when one is not an event", async () => {
    giveEvent(folder, event({ at: "2026-11-28T10:00:00Z" }));
    await read();
    giveEvent(folder, { ...event({ at: "2026-11-29T10:00:00Z" }), kind: "party", id: randomUUID() });
    await read();
    assert.deepEqual(await days(), ["2026-11-28"]);
    const source = await projections.state("events");
    assert.equal(source?.state, "failed");
    assert.match(source.problem ?? "", /\/events\/2026\/11\/29\/.*\.json is not an event: kind /);
  });
});
