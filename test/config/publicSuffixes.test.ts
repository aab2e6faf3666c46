import assert from "node:assert/strict";
import { isPublicSuffix, isRegistrable } from "../../config/publicSuffixes.ts";

describe("public suffixes", () => {
  for (const domain of ["uk", "example", "co.uk", "gov.uk", "com.au", "github.io", "anything.ck", "a.kobe.jp"]) {
    it(`have ${domain}`, () => assert.ok(isPublicSuffix(domain)));
  }
  for (const domain of ["acme.co.uk", "bbc.uk", "tbwa.example", "www.ck", "x.www.ck", "city.kobe.jp"]) {
    it(`do not have ${domain}`, () => assert.ok(!isPublicSuffix(domain)));
  }
  for (const host of ["acme.co.uk", "id.acme.com", "acme.github.io", "a.www.ck", "tbwa.example", "x.acme.test"]) {
    it(`have names below them such as ${host}`, () => assert.ok(isRegistrable(host)));
  }
  for (const host of ["co.uk", "com", "github.io", "example", "kubernetes.default", "grafana.monitoring", "a.svc"]) {
    it(`have no name ${host} below them`, () => assert.ok(!isRegistrable(host)));
  }
});
