import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { isPublicSuffix } from "../../config/publicSuffixes.ts";

describe("public suffixes", () => {
  for (const domain of ["uk", "example", "co.uk", "gov.uk", "com.au", "github.io", "anything.ck", "a.kobe.jp"]) {
    it(`have ${domain}`, () => assert.ok(isPublicSuffix(domain)));
  }
  for (const domain of ["acme.co.uk", "bbc.uk", "tbwa.example", "www.ck", "x.www.ck", "city.kobe.jp"]) {
    it(`do not have ${domain}`, () => assert.ok(!isPublicSuffix(domain)));
  }

  it("are a list without a hole: each line is a comment or a rule, once", () => {
    const lines = readFileSync(join(import.meta.dirname, "../../config/publicSuffixes.txt"), "utf8").split("\n");
    const rules = lines.filter((line) => line !== "" && !line.startsWith("//"));
    for (const rule of rules) assert.match(rule, /^(?:!|\*\.)?[a-z0-9-]+(?:\.[a-z0-9-]+)*$/);
    assert.ok(rules.length > 8000 && new Set(rules).size === rules.length, String(rules.length));
  });
});
