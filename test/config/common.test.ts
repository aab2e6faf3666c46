import assert from "node:assert/strict";
import { z } from "zod";
import {
  expecting,
  formatPath,
  issueProblems,
  singleLine,
  list,
  mapping,
  nearest,
  oneOf,
  planName,
  problem,
  quote,
  suggestion,
  integer,
} from "../../config/schemas/common.ts";

/** What a schema says of a value, with the paths. */
function problems(schema: z.ZodType, value: unknown) {
  return issueProblems(schema.safeParse(value).error?.issues ?? []);
}

/** The messages alone. */
function messages(schema: z.ZodType, value: unknown): string[] {
  return problems(schema, value).map(({ message }) => message);
}

describe("a message", () => {
  it("shows a value as JSON, cut after 60 characters", () => {
    assert.deepEqual([null, 7n, ["a"], false].map(quote), ["empty", "7", '["a"]', "false"]);
    assert.equal(quote("a".repeat(58)), `"${"a".repeat(58)}"`);
    assert.equal(quote("a".repeat(59)), `"${"a".repeat(56)}...`);
  });

  it("says what is wrong and what was expected", () => {
    assert.equal(problem(undefined, "a name"), "is missing, expected a name");
    assert.equal(problem("", "a name"), 'is "", expected a name');
  });

  it("suggests the nearest word that is known, whatever its case, and the first of two", () => {
    assert.equal(nearest("DISPLAYNAME", ["owner", "displayName"]), "displayName");
    assert.equal(nearest("ab", ["ac", "aa"]), "ac");
    assert.equal(nearest("stagin", ["string", "staging"]), "staging");
  });

  it("suggests no word that is more than three edits away, or more than half of the word", () => {
    assert.equal(nearest("abcdefghij", ["abcdefgxyz"]), "abcdefgxyz");
    assert.equal(nearest("abcdefghij", ["abcdefwxyz"]), undefined);
    assert.equal(nearest("abcd", ["abxy"]), "abxy");
    assert.equal(nearest("abcd", ["axyz"]), undefined);
    assert.equal(nearest("abc", ["axy"]), "axy");
    assert.equal(nearest("abc", ["xyz"]), undefined);
  });

  it("names all words where none is near, or what to do where they are many or none", () => {
    assert.equal(suggestion("prodd", ["staging", "prod"]), "prod");
    assert.equal(suggestion("xyzzy", ["staging", "prod"]), "one of staging, prod");
    assert.equal(suggestion("xyzzy", ["staging", "prod"], "a folder of sql/"), "a folder of sql/");
    assert.equal(suggestion("prodd", ["prod"], "a folder of sql/"), "prod");
    assert.equal(suggestion("prodd", []), "none: there are none yet");
  });

  it("has a path as a reader would write it", () => {
    assert.equal(formatPath(["environments", "prod", "domains", 0]), "environments.prod.domains[0]");
    assert.equal(formatPath([0, "name"]), "[0].name");
    assert.equal(formatPath([]), "");
  });
});

describe("what schemas are made of", () => {
  it("a line says how long it may be", () => {
    assert.deepEqual(messages(singleLine("a title", 5), "abcdef"), [
      'is "abcdef", expected a title (one line, at most 5 characters)',
    ]);
    assert.deepEqual(messages(singleLine("a title", 5), 7), [
      "is 7, expected a title (one line, at most 5 characters)",
    ]);
    assert.deepEqual(messages(singleLine("a title"), "a".repeat(100)), []);
    assert.match(messages(singleLine("a title"), "a".repeat(101)).join(), /expected a title \(one line, at most 100/);
  });

  it("a number says its limits and its unit", () => {
    assert.deepEqual(messages(integer(2, 5), 1), ["is 1, expected a whole number from 2 to 5"]);
    assert.deepEqual(messages(integer(2, 5, "seconds"), 6), ["is 6, expected a whole number of seconds from 2 to 5"]);
    assert.deepEqual(messages(integer(2, 5), "3"), ['is "3", expected a whole number from 2 to 5']);
  });

  it("a word is one of some, or the nearest of them is suggested", () => {
    const word = oneOf(["standard", "large"]);
    assert.deepEqual(messages(word, "large"), []);
    assert.deepEqual(messages(word, "standrad"), ['is "standrad", expected standard']);
    assert.deepEqual(messages(word, "xyzzy"), ['is "xyzzy", expected one of standard, large']);
    assert.deepEqual(messages(word, 7), ["is 7, expected one of standard, large"]);
    assert.deepEqual(messages(word, undefined), ["is missing, expected one of standard, large"]);
  });

  it("a mapping names each key that it does not know, at the key", () => {
    const schema = z.object({
      owner: mapping({ team: z.string(expecting("a team")), email: z.string(expecting("mail")) }),
    });
    assert.deepEqual(problems(schema, { owner: { teem: "a", emial: "b" } }), [
      { path: ["owner", "teem"], atKey: true, message: "is not a known key, expected team" },
      { path: ["owner", "emial"], atKey: true, message: "is not a known key, expected email" },
    ]);
    assert.deepEqual(problems(schema, { owner: 7 }), [
      { path: ["owner"], atKey: false, message: "is 7, expected a mapping" },
    ]);
    const keys = (value: object) => problems(schema, { owner: value }).map(({ message }) => message);
    assert.deepEqual(keys({ team: "a", mail: "b" }), ["is not a known key, expected email"]);
    assert.deepEqual(keys({ team: "a", to: "b" }), ["is not a known key, expected email"]);
    assert.deepEqual(keys({ team: "a", email: "b", teem: "c" }), ["is not a known key, expected only team, email"]);
    assert.deepEqual(keys({ team: "a", email: "b", emial: "c" }), ["is not a known key, expected email"]);
    assert.deepEqual(messages(mapping({}, "a mapping of teams"), 7), ["is 7, expected a mapping of teams"]);
  });

  it("a wrong key of a mapping from names is told at the key", () => {
    assert.deepEqual(problems(z.record(planName, z.int()), { Standard: 1 }), [
      { path: ["Standard"], atKey: true, message: 'is "Standard", expected a plan such as "standard"' },
    ]);
  });

  it("a list has each value once, and is so long at most", () => {
    const schema = z.object({ plans: list(planName, "a list of plans", 3) });
    assert.deepEqual(problems(schema, { plans: ["a", "b", "c"] }), []);
    assert.deepEqual(problems(schema, { plans: ["a", "b", "a"] }), [
      { path: ["plans", 2], atKey: false, message: 'is "a" a second time, expected each value once' },
    ]);
    assert.deepEqual(messages(schema, { plans: ["a", "b", "c", "d"] }), ["has 4 entries, expected at most 3"]);
    assert.deepEqual(messages(schema, { plans: "a" }), ['is "a", expected a list of plans']);
    const numbers = Array.from({ length: 101 }, (_, index) => index);
    assert.deepEqual(messages(list(z.int(), "numbers"), numbers.slice(1)), []);
    assert.deepEqual(messages(list(z.int(), "numbers"), numbers), ["has 101 entries, expected at most 100"]);
  });

  it("a list tells editors that each value is there once", () => {
    assert.equal(z.toJSONSchema(list(planName, "a list of plans")).uniqueItems, true);
  });
});
