import { sumOf } from "./checkpoint.ts";
import { StateError } from "./stateError.ts";

/** What a journal's bytes hold. */
export interface JournalRecords {
  readonly records: readonly string[];
  /** Bytes of whole records; beyond is what was never wholly written. */
  readonly size: number;
  /** Bytes beyond. */
  readonly torn: number;
}

const HEAD = /^([0-9a-f]{64}) (\d{1,10}) /;
/** What there may be of a head when it was not wholly written. */
const PART_OF_HEAD = /^[0-9a-f]{0,64}$|^[0-9a-f]{64} \d{0,10} ?$/;
const MAX_HEAD = 76;

/** A record for the end of a journal, one line: its sum, its length, its content. */
export function encodeRecord(content: Buffer): Buffer {
  if (content.includes("\n")) throw new Error("a record is one line");
  return Buffer.concat([Buffer.from(`${sumOf(content)} ${content.length} `), content, Buffer.from("\n")]);
}

/**
 * Reads a journal. Each record was wholly on the disk before it was acknowledged, and the next one begun only then. So the
 * last one alone can be incomplete, and is dropped if it is: it was never acknowledged.
 *
 * @throws StateError for everything else that is not as it was written
 */
export function decodeRecords(content: Buffer): JournalRecords {
  const records: string[] = [];
  let start = 0;
  while (start < content.length) {
    const head = HEAD.exec(content.toString("latin1", start, start + MAX_HEAD));
    const hasEnd = content.includes("\n", start);
    if (head === null) {
      if (!hasEnd && PART_OF_HEAD.test(content.toString("latin1", start))) break;
      throw damaged(records.length + 1, "has no sum and length");
    }
    const [{ length: headLength }, sum = "", length = ""] = head;
    const from = start + headLength;
    const end = from + Number(length);
    if (end >= content.length) {
      // Only what was wholly written has an end of line, whatever length it claims.
      if (!hasEnd) break;
      throw damaged(records.length + 1, "does not have its length");
    }
    const record = content.subarray(from, end);
    if (content[end] !== 0x0a || sumOf(record) !== sum) throw damaged(records.length + 1, "does not have its sum");
    records.push(record.toString("utf8"));
    start = end + 1;
  }
  return { records, size: start, torn: content.length - start };
}

function damaged(record: number, what: string): StateError {
  return new StateError(`Record ${record} of the journal ${what}: the file was damaged`);
}
