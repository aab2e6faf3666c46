/** A text in parts, such as what a file or an answer is read in. */
export type Chunks = Iterable<Buffer> | AsyncIterable<Buffer>;

/** Characters that lists and objects are made of. */
const [QUOTE, BACKSLASH, COMMA] = [0x22, 0x5c, 0x2c];
const [LIST, END_OF_LIST, OBJECT, END_OF_OBJECT] = [0x5b, 0x5d, 0x7b, 0x7d];

/**
 * Reads a JSON object that has one list too long for memory: entries of the list come in batches, about one per chunk.
 * Only quotes and brackets are looked at here; `JSON.parse` reads the batches and the rest, and is faster than parsers that
 * read a text in parts.
 *
 * @param key of the list, in the outermost object
 * @param use gets each batch; the next one is read when it has ended
 * @returns the object, with an empty list in the long one's place
 * @throws SyntaxError for what is not JSON, or has the list twice
 */
export async function readJsonList(
  chunks: Chunks,
  key: string,
  use: (entries: readonly unknown[]) => void | Promise<void>,
): Promise<unknown> {
  const rest: Buffer[] = [];
  let part: Buffer[] = [];
  let [depth, name, lists, batches] = [0, "", 0, 0];
  let [isText, isEscaped, isList] = [false, false, false];
  const flush = async (isLast: boolean): Promise<void> => {
    const entries = listOf(Buffer.concat(part).toString("utf8"));
    part = [];
    // A comma has an entry on both of its sides.
    if (entries.length === 0 && !(isLast && batches === 0)) throw new SyntaxError("A comma has no entry beside it");
    batches += 1;
    if (entries.length > 0) await use(entries);
  };
  for await (const chunk of chunks) {
    let from = 0;
    let comma = -1;
    for (let at = 0; at < chunk.length; at += 1) {
      const byte = chunk[at] ?? 0;
      if (isText) {
        if (isEscaped) isEscaped = false;
        else if (byte === BACKSLASH) isEscaped = true;
        else if (byte === QUOTE) isText = false;
        else if (depth === 1) name += String.fromCharCode(byte);
      } else if (byte === QUOTE) {
        isText = true;
        if (depth === 1) name = "";
      } else if (byte === COMMA) {
        if (isList && depth === 2) comma = at;
      } else if (byte === LIST || byte === OBJECT) {
        depth += 1;
        // The last text before a list is its key.
        if (byte === LIST && depth === 2 && name === key) {
          if (++lists > 1) throw new SyntaxError(`${key} is there twice`);
          isList = true;
          rest.push(Buffer.from(chunk.subarray(from, at + 1)));
          from = at + 1;
        }
      } else if (byte === END_OF_LIST || byte === END_OF_OBJECT) {
        depth -= 1;
        if (isList && depth === 1) {
          isList = false;
          part.push(chunk.subarray(from, at));
          await flush(true);
          from = at;
        }
      }
    }
    if (isList && comma >= 0) {
      part.push(chunk.subarray(from, comma));
      await flush(false);
      from = comma + 1;
    }
    // A copy: the next chunk may be read to the same memory.
    (isList ? part : rest).push(Buffer.from(chunk.subarray(from)));
  }
  return JSON.parse(Buffer.concat(rest).toString("utf8"));
}

function listOf(entries: string): unknown[] {
  const list: unknown = JSON.parse(`[${entries}]`);
  return Array.isArray(list) ? list : [];
}
