import assert from "node:assert/strict";
import { UserError } from "../../../lib/userError.ts";
import { collect } from "../../collector/collect.ts";
import type { Source } from "../../collector/source.ts";
import { filesSource } from "../../collector/sources/files.ts";
import { Projections } from "../support/projections.ts";

describe("the collector", () => {
  let projections: Projections;
  before(async () => {
    projections = await Projections.start();
  });
  beforeEach(() => projections.renew());
  after(() => projections.stop());

  const broken = (error: Error): Source => ({ name: "broken", rhythm: 60, read: () => Promise.reject(error) });

  it("works once, however often it is started at the same time", async () => {
    const { promise: end, resolve } = Promise.withResolvers<undefined>();
    const { promise: begin, resolve: begun } = Promise.withResolvers<undefined>();
    let reads = 0;
    const slow: Source = {
      name: "slow",
      rhythm: 60,
      read: async () => {
        reads += 1;
        begun(undefined);
        await end;
        return {};
      },
    };
    const first = collect(projections.database, [slow]);
    await begin;
    assert.equal(await collect(projections.database, [slow]), undefined);
    resolve(undefined);
    assert.equal((await first)?.length, 1);
    assert.equal(reads, 1);
    assert.equal((await collect(projections.database, [slow]))?.length, 1, "the lock is free again");
  });

  it("reads the others when one cannot be read, and says what is wrong", async () => {
    const collected = await projections.collect(
      broken(new UserError("The lamp is off: switch it on")),
      filesSource(projections.root),
    );
    assert.deepEqual(
      collected.map(({ source, problem }) => [source, problem]),
      [
        ["broken", "The lamp is off: switch it on"],
        ["files", undefined],
      ],
    );
    assert.equal((await projections.state("broken"))?.problem, "The lamp is off: switch it on");
    assert.equal((await projections.state("files"))?.state, "fresh");
  });

  it("keeps what it did not expect for its log", async () => {
    const said: unknown[] = [];
    const { error } = console;
    console.error = (...words: unknown[]) => said.push(...words);
    try {
      await projections.collect(broken(new Error("connect to postgresql://user:secret@host")));
    } finally {
      console.error = error;
    }
    assert.equal((await projections.state("broken"))?.problem, "The collector failed: see its log");
    assert.equal(said.length, 2);
  });

  it("goes on where it was, unless everything is to be read again", async () => {
    const cursors: (string | undefined)[] = [];
    const source: Source = {
      name: "counted",
      rhythm: 60,
      read: ({ cursor }) => {
        cursors.push(cursor);
        return Promise.resolve({ cursor: String(cursors.length) });
      },
    };
    for (const isFull of [false, false, true, false]) await collect(projections.database, [source], isFull);
    assert.deepEqual(cursors, [undefined, "1", undefined, "3"]);
  });

  it("keeps the place to go on from when a read fails", async () => {
    const source = (read: Source["read"]): Source => ({ name: "shaky", rhythm: 60, read });
    const seen: (string | undefined)[] = [];
    await projections.collect(source(() => Promise.resolve({ cursor: "here" })));
    await projections.collect(source(() => Promise.reject(new UserError("away"))));
    await projections.collect(
      source(({ cursor }) => {
        seen.push(cursor);
        return Promise.resolve({});
      }),
    );
    assert.deepEqual(seen, ["here"]);
  });
});
