import assert from "node:assert/strict";
import { seconds } from "../../policies/lib/durations.ts";
import { Field } from "../../policies/lib/field.ts";
import { isExactHost, isWithin, wildcardDomain } from "../../policies/lib/hosts.ts";
import { holds, parseNetwork } from "../../policies/lib/networks.ts";
import { rememberOwner } from "../../policies/lib/owners.ts";
import { isInTenant, mayRelax, stackEnvironment, stackName } from "../../policies/lib/urn.ts";

describe("what policies share", () => {
  it("reads durations as Go writes them", () => {
    const cases: [string, number | undefined][] = [
      ["10h0m0s", 36000],
      ["5m", 300],
      ["90s", 90],
      ["1.5s", 1.5],
      ["1500ms", 1.5],
      ["0s", 0],
      ["", undefined],
      ["5", undefined],
      ["5m x", undefined],
      ["-5m", undefined],
      ["5d", undefined],
    ];
    for (const [text, expected] of cases) assert.equal(seconds(text), expected, text);
  });

  it("tells exact hosts by RFC 1035's limits", () => {
    const longest = `${"a".repeat(63)}.${"b".repeat(63)}.${"c".repeat(63)}.${"d".repeat(61)}`;
    assert.equal(longest.length, 253);
    for (const host of [longest, "a.b", "xn--bcher-kva.example", "1.example"]) assert(isExactHost(host), host);
    for (const host of [`${longest}e`, "a", "a-.b", "a..b", ".a.b", "a.b.", "A.b", "a_b.c", "1.2.3.4"]) {
      assert(!isExactHost(host), host);
    }
    assert.equal(wildcardDomain("*.erp.example"), "erp.example");
    for (const text of ["erp.example", "*erp.example", "*.*.example", "*.example", "a.*.example"]) {
      assert.equal(wildcardDomain(text), undefined, text);
    }
    assert(isWithin("a.b.c", "b.c") && isWithin("b.c", "b.c"));
    assert(!isWithin("ab.c", "b.c") && !isWithin("c", "b.c"));
  });

  it("reads networks, and sees IPv4 inside IPv6", () => {
    const cases: [string, number | undefined][] = [
      ["::ffff:0:0/96", 0],
      ["::ffff:10.0.0.0/104", 8],
      ["64:ff9b::/96", 0],
      ["64:ff9b::10.1.2.0/120", 24],
      ["::/0", 0],
      ["::/80", 0],
      ["::/95", undefined],
      ["2001:db8::/32", undefined],
      ["10.0.0.0/8", undefined],
    ];
    for (const [text, embedded] of cases) assert.equal(parseNetwork(text)?.embedded, embedded, text);
    for (const text of ["", "10.0.0.0", "10.0.0.0/33", "::/129", "10.0.0/8", "x/8", "10.0.0.0/-1", " 10.0.0.0/8"]) {
      assert.equal(parseNetwork(text), undefined, text);
    }
    const network = parseNetwork("10.1.0.0/16");
    assert(network && holds(network, "10.1.255.255") && !holds(network, "10.2.0.0"));
  });

  it("follows properties without ever throwing", () => {
    const field = new Field({ a: [{ b: 1 }, null], c: null, d: "text" });
    assert.equal(field.at("a").items()[0]?.at("b").path, "a[0].b");
    assert.equal(field.at("a").items()[1]?.missing, true);
    for (const missing of [field.at("c"), field.at("x", "y"), field.at("d", "y"), field.at("a", "b")]) {
      assert(missing.missing && missing.empty && missing.known && !missing.present, missing.path);
      assert.deepEqual([missing.items(), missing.entries(), missing.keys()], [[], [], []]);
      assert.deepEqual([missing.text, missing.number, missing.shown], [undefined, undefined, "not set"]);
    }
    assert.equal(new Field("x".repeat(78)).shown.length, 80);
    assert.equal(new Field("x".repeat(79)).shown.length, 80);
    assert(new Field("x".repeat(79)).shown.endsWith("..."));
  });

  it("tells stacks that may be relaxed, and what is inside a tenant", () => {
    const urn = "urn:pulumi:prod-eu::odoo-saas::odoo:saas:OdooTenant$odoo:saas:TenantDns$x:y:Z::acme-dns";
    assert.equal(stackName(urn), "prod-eu");
    assert.equal(stackEnvironment("prod-eu"), "prod");
    assert.equal(stackEnvironment("production"), undefined);
    assert(mayRelax("sandbox") && !mayRelax("staging") && !mayRelax(""));
    assert(isInTenant(urn) && isInTenant(urn.replace("::odoo:saas:OdooTenant$", "::a:b:C$odoo:saas:OdooTenant$")));
    assert(!isInTenant("urn:pulumi:prod::odoo-saas::odoo:saas:OdooTenant::acme"));
    assert(!isInTenant("urn:pulumi:prod::odoo-saas::x:y:Z::odoo:saas:OdooTenant"));
  });

  it("remembers whose a resource is by its parents", () => {
    const stack = "urn:pulumi:owners::odoo-saas::pulumi:pulumi:Stack::odoo-saas-owners";
    assert.deepEqual(rememberOwner("urn:t", "odoo:saas:OdooTenant", "acme", stack), { tenant: undefined, depth: 0 });
    assert.deepEqual(rememberOwner("urn:c", "odoo:saas:TenantDns", "acme-dns", "urn:t"), { tenant: "acme", depth: 1 });
    assert.deepEqual(rememberOwner("urn:r", "x:y:Z", "r", "urn:c"), { tenant: "acme", depth: 1 });
    assert.deepEqual(rememberOwner("urn:n", "odoo:saas:OdooTenant", "inner", "urn:c"), { tenant: "acme", depth: 1 });
    assert.deepEqual(rememberOwner("urn:m", "x:y:Z", "m", "urn:n"), { tenant: "acme", depth: 2 });
    assert.equal(rememberOwner("urn:o", "x:y:Z", "o", "urn:never-shown"), undefined);
    assert.equal(rememberOwner("urn:p", "x:y:Z", "p", "urn:o"), undefined);
  });
});
