import assert from "node:assert/strict";
import type { z } from "zod";
import { issueProblems } from "../../../config/schemas/common.ts";

/**
 * A place in a file (keys joined by dots, empty for the whole), values that are right there, and values that are wrong, with what
 * is said of them where that matters. Undefined stands for a value that is left out.
 */
export type Row = readonly [path: string, right: readonly unknown[], wrong: readonly unknown[], expected?: string];

/**
 * Declares a test for each row: whether a schema takes the value in a file that is right otherwise, and whether what it says of a
 * wrong one is at its place and tells what was expected.
 */
export function checkValues(what: string, schema: z.ZodType, file: unknown, rows: readonly Row[]): void {
  describe(what, () => {
    it("is taken as it is", () => assert.deepEqual(messages(schema, file), []));

    for (const [path, right, wrong, expected = ""] of rows) {
      it(path === "" ? "by itself" : path, () => {
        for (const value of right) {
          assert.deepEqual(
            messages(schema, changed(file, keysOf(path), value)),
            [],
            `${JSON.stringify(value)} is right`,
          );
        }
        for (const value of wrong) {
          const found = messages(schema, changed(file, keysOf(path), value));
          assert.ok(
            found.some((message) => message.startsWith(path) && message.endsWith(expected)),
            `${JSON.stringify(value)} is wrong, found ${found.join("; ")}`,
          );
          for (const message of found) assert.match(message, /: (?:is|has|keeps|names) \S.*, expected \S/s);
        }
      });
    }
  });
}

function messages(schema: z.ZodType, value: unknown): string[] {
  const { error } = schema.safeParse(value);
  return issueProblems(error?.issues ?? []).map(({ path, message }) => `${path.join(".")}: ${message}`);
}

function keysOf(path: string): string[] {
  return path === "" ? [] : path.split(".");
}

/** The value with another one at a place of it. */
function changed(value: unknown, keys: readonly string[], to: unknown): unknown {
  const [key, ...rest] = keys;
  if (key === undefined) return to;
  assert.ok(typeof value === "object" && value !== null, `there is nothing to hold ${key}`);
  const below = changed(Reflect.get(value, key), rest, to);
  const entries = Object.entries(value).filter(([other]) => other !== key);
  if (below !== undefined) entries.push([key, below]);
  return Array.isArray(value) ? entries.map(([, item]) => item as unknown) : Object.fromEntries(entries);
}
