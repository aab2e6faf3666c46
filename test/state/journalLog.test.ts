import assert from "node:assert/strict";
import { decodeRecords, encodeRecord } from "../../features/state/journalLog.ts";
import { StateError } from "../../features/state/stateError.ts";

const record = (text: string) => encodeRecord(Buffer.from(text));

describe("a journal's records", () => {
  const whole = Buffer.concat([record('{"a":1}'), record('{"b":"ü"}')]);

  it("are read as they were written", () => {
    assert.deepEqual(decodeRecords(whole), { records: ['{"a":1}', '{"b":"ü"}'], size: whole.length, torn: 0 });
    assert.deepEqual(decodeRecords(Buffer.alloc(0)), { records: [], size: 0, torn: 0 });
  });

  it("are dropped at the end wherever the last one was cut off, and only then", () => {
    const first = record('{"a":1}').length;
    for (let size = first; size < whole.length; size++) {
      const expected = { records: ['{"a":1}'], size: first, torn: size - first };
      assert.deepEqual(decodeRecords(whole.subarray(0, size)), expected, `at ${size}`);
    }
  });

  it("are refused when any byte of a whole one was changed", () => {
    for (let at = 0; at < whole.length; at++) {
      const changed = Buffer.from(whole);
      changed[at] = (changed[at] ?? 0) ^ 1;
      assert.throws(() => decodeRecords(changed), StateError, `at ${at}`);
    }
  });

  it("are refused when the disk kept zeros in the place of the last one", () => {
    const zeros = Buffer.concat([record('{"a":1}'), Buffer.alloc(200)]);
    assert.throws(() => decodeRecords(zeros), /Record 2 .*damaged/);
  });

  it("are one line each", () => {
    assert.throws(() => record("{\n}"), /one line/);
  });
});
