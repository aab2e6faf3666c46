import assert from "node:assert/strict";
import library from "@pulumi/policy/deserialize.js";
import { memoizeDeserialization } from "../../policies/lib/memoizeDeserialization.ts";

const NAME = "deserializeProperties";

describe("properties that policies share", () => {
  const real: unknown = Reflect.get(library, NAME);
  afterEach(() => Reflect.set(library, NAME, real));

  it("are unpacked once for a resource's message, with what the library was asked for", () => {
    const asked: unknown[][] = [];
    Reflect.set(library, NAME, (...args: unknown[]) => {
      asked.push(args);
      return { of: args[0] };
    });
    assert.equal(memoizeDeserialization(), true);
    const unpack: unknown = Reflect.get(library, NAME);
    assert(typeof unpack === "function");
    const call = (message: object, keepSecrets: boolean): unknown =>
      Reflect.apply(unpack, library, [message, keepSecrets]);
    const [one, two] = [{ id: 1 }, { id: 2 }];

    const first = call(one, false);
    assert.deepEqual(first, { of: one });
    assert.equal(call(one, false), first);
    assert.notEqual(call(two, false), first);
    assert.deepEqual(asked, [
      [one, false],
      [two, false],
    ]);
    // Secrets kept apart are another form: neither given for the other, nor remembered.
    assert.notEqual(call(one, true), first);
    assert.notEqual(call(one, true), first);
    assert.equal(call(one, false), first);
    assert.deepEqual(asked.slice(2), [
      [one, true],
      [one, true],
    ]);
  });

  it("are left alone where the library has another form", () => {
    Reflect.set(library, NAME, undefined);
    assert.equal(memoizeDeserialization(), false);
    assert.equal(Reflect.get(library, NAME), undefined);
  });
});
