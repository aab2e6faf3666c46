import assert from "node:assert/strict";
import { isPublicSuffix } from "../../config/publicSuffixes.ts";

describe("public suffixes", () => {
  for (const domain of ["uk", "example", "co.uk", "gov.uk", "com.au", "github.io", "anything.ck", "a.kobe.jp"]) {
    it(`have ${domain}`, () => assert.ok(isPublicSuffix(domain)));
  }
  for (const domain of ["acme.co.uk", "bbc.uk", "tbwa.example", "www.ck", "x.www.ck", "city.kobe.jp"]) {
    it(`do not have ${domain}`, () => assert.ok(!isPublicSuffix(domain)));
  }
});
