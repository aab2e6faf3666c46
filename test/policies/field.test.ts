import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { Field, unproxied } from "../../policies/lib/field.ts";
import { UNKNOWN } from "../../lib/pulumiMarks.ts";
import { unknownCheckingProxy } from "../../policies/lib/unknownValues.ts";

describe("a property as policies see it", () => {
  const field = new Field({
    list: [1, "two"],
    none: [],
    object: { a: 1, b: "x" },
    bare: {},
    text: "x",
    later: UNKNOWN,
  });

  it("is what stands behind the library's proxy, or the properties themselves where there is none", () => {
    const props = { a: 1 };
    assert.equal(unproxied(unknownCheckingProxy(props)), props);
    assert.equal(unproxied(props), props);
  });

  it("is not known where the library has any of its marks, nor is anything below", () => {
    const library = createRequire(import.meta.url)("@pulumi/policy/proxy.js") as Record<string, unknown>;
    const marks = Object.entries(library).filter(([name]) => /^unknown.+Value$/.test(name));
    assert.equal(marks.length, 7);
    for (const [name, mark] of marks) {
      const marked = new Field({ mark, list: [mark] });
      for (const unknown of [marked.at("mark"), marked.at("mark", "below"), marked.at("list").items()[0]]) {
        assert(unknown !== undefined && !unknown.known && unknown.present && !unknown.missing && !unknown.empty, name);
        assert.deepEqual(
          [unknown.value, unknown.text, unknown.number, unknown.keys()],
          [undefined, undefined, undefined, []],
        );
        assert(unknown.mayBe() && unknown.mayBe("anything"), name);
        assert.equal(unknown.at("more").known, false);
      }
    }
  });

  it("lists its entries with their paths", () => {
    const entries = field
      .at("object")
      .entries()
      .map(([key, { path, value }]) => [key, path, value]);
    assert.deepEqual(entries, [
      ["a", "object.a", 1],
      ["b", "object.b", "x"],
    ]);
    assert.deepEqual(field.at("object").keys(), ["a", "b"]);
    const items = field
      .at("list")
      .items()
      .map(({ path, value }) => [path, value]);
    assert.deepEqual(items, [
      ["list[0]", 1],
      ["list[1]", "two"],
    ]);
    for (const other of [field.at("text"), field.at("list")])
      assert.deepEqual([other.entries(), other.keys()], [[], []]);
    assert.deepEqual(field.at("object").items(), []);
  });

  it("is empty as a list or an object without anything, or when it is missing, and then alone", () => {
    const empty = (...keys: string[]) => keys.filter((key) => field.at(key).empty);
    assert.deepEqual(empty("list", "none", "object", "bare", "text", "later", "gone"), ["none", "bare", "gone"]);
  });

  it("is there or missing, and one of what is allowed or not", () => {
    assert(field.at("text").present && !field.at("text").missing);
    assert(field.at("gone").missing && !field.at("gone").present);
    assert(field.at("text").mayBe("y", "x") && !field.at("text").mayBe("y"));
    assert(field.at("gone").mayBe(undefined) && !field.at("gone").mayBe("x"));
    assert.deepEqual([field.at("text").text, field.at("object", "a").number], ["x", 1]);
    assert.equal(field.at("object", "a").path, "object.a");
  });
});
