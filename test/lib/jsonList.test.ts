import assert from "node:assert/strict";
import { readJsonList } from "../../lib/jsonList.ts";

/** Reads a text in chunks of some bytes, all in the same memory, as a file is read. */
async function read(text: string, size: number) {
  const bytes = Buffer.from(text);
  const batches: (readonly unknown[])[] = [];
  function* chunks(): Generator<Buffer> {
    const buffer = Buffer.alloc(size);
    for (let from = 0; from < bytes.length; from += size) {
      yield buffer.subarray(0, bytes.copy(buffer, 0, from, from + size));
    }
  }
  const rest = await readJsonList(chunks(), "list", (entries) => void batches.push(entries));
  return { batches, entries: batches.flat(), rest };
}

describe("readJsonList", () => {
  const VALUES: readonly Record<string, unknown>[] = [
    { list: [] },
    { list: [1] },
    {
      before: "list",
      list: [{ a: [1, { b: "]" }] }, "x,y", '"', "\\", '\\"', "é ☃ 😀", [], {}, null],
      after: [{ list: [1] }],
    },
    { other: { list: [1, 2] }, list: [[1, 2], [3]], last: "[" },
    { 'a "list': [1], list: [true, { list: ["{"] }] },
  ];
  for (const value of VALUES) {
    for (const text of [JSON.stringify(value), JSON.stringify(value, undefined, 2)]) {
      it(`reads ${text.replaceAll(/\s+/g, " ").slice(0, 60)} in chunks of every size`, async () => {
        for (let size = 1; size <= Buffer.byteLength(text); size += 1) {
          const { entries, rest } = await read(text, size);
          assert.deepEqual(entries, value["list"], `${size} bytes`);
          assert.deepEqual(rest, { ...value, list: [] }, `${size} bytes`);
        }
      });
    }
  }

  it("gives entries as they come, never more than a chunk has", async () => {
    const { batches, entries } = await read(`{"list":[${Array.from({ length: 100 }, () => "1234").join()}]}`, 50);
    assert.equal(entries.length, 100);
    assert.ok(batches.length >= 10, String(batches.length));
  });

  it("leaves an object without the list as it is", async () => {
    assert.deepEqual(await read('{"others":[1,2]}', 4), { batches: [], entries: [], rest: { others: [1, 2] } });
  });

  for (const text of [
    "",
    "{",
    '{"list":[1',
    '{"list":[1,',
    '{"list":[1,]}',
    '{"list":[,1]}',
    '{"list":[1,,2]}',
    '{"list":[,]}',
    '{"list":[1}',
    '{"list":[1]',
    '{"list":[1]}}',
    '{"list":[{"a":1]}',
    '{"list":[1 2]}',
    '{"list":[1],"list":[2]}',
  ]) {
    it(`refuses ${text === "" ? "an empty text" : text}`, async () => {
      for (const size of [1, 2, 5, 100]) await assert.rejects(read(text, size), SyntaxError, `${size} bytes`);
    });
  }
});
