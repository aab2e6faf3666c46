import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { checkout } from "../../policies/lib/checkout.ts";
import { clock, today } from "../../policies/lib/clock.ts";
import { seconds } from "../../policies/lib/durations.ts";
import { Field } from "../../policies/lib/field.ts";
import { isExactHost, isWithin, wildcardDomain } from "../../config/hosts.ts";
import { overlaps, parseNetwork } from "../../policies/lib/networks.ts";
import { rememberOwner } from "../../policies/lib/resourceOwners.ts";
import { isInTenant, mayRelax, stackEnvironment, stackName } from "../../policies/lib/urn.ts";
import { UNKNOWN } from "../../lib/pulumiMarks.ts";

describe("what policies share", () => {
  it("reads durations as Go writes them", () => {
    const cases: [string, number | undefined][] = [
      ["10h0m0s", 36000],
      ["5m", 300],
      ["90s", 90],
      ["1.5s", 1.5],
      ["1.25s", 1.25],
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

  it("goes by the files of the project that has the pack", () => {
    assert.ok(existsSync(join(checkout.root, "policies/PulumiPolicy.yaml")));
  });

  it("tells the day", () => {
    assert.match(today(), /^\d{4}-\d\d-\d\d$/);
    const real = clock.now;
    clock.now = () => new Date("2026-12-31T23:59:59Z");
    try {
      assert.equal(today(), "2026-12-31");
    } finally {
      clock.now = real;
    }
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
    for (const text of [
      "",
      "10.0.0.0",
      "10.0.0.0/8x",
      "10.0.0.0/33",
      "::/129",
      "10.0.0/8",
      "x/8",
      "10.0.0.0/-1",
      " 10.0.0.0/8",
    ]) {
      assert.equal(parseNetwork(text), undefined, text);
    }
    assert.equal(parseNetwork("10.1.0.0/16")?.family, "ipv4");
    assert.equal(parseNetwork("2001:db8::/32")?.family, "ipv6");
    for (const single of ["10.0.0.1/32", "2001:db8::1/128"]) assert.equal(parseNetwork(single)?.isSingle, true);
    for (const several of ["10.0.0.0/31", "2001:db8::/127", "2001:db8::/32"]) {
      assert.equal(parseNetwork(several)?.isSingle, false, several);
    }
  });

  it("tells networks that share an address, however IPv4 is written", () => {
    const cases: [string, string, boolean][] = [
      ["10.1.0.0/16", "10.1.255.255/32", true],
      ["10.1.0.0/16", "10.0.0.0/8", true],
      ["10.1.0.0/16", "10.2.0.0/16", false],
      ["2001:db8::/32", "2001:db8:ffff::1/128", true],
      ["2001:db8::/32", "2001:db9::1/128", false],
      ["10.1.0.0/16", "2001:db8::/32", false],
      ["::ffff:10.1.2.0/120", "10.1.0.0/16", true],
      ["::ffff:a01:0/112", "10.1.2.3/32", true],
      ["::ffff:10.2.0.0/112", "10.1.0.0/16", false],
      ["64:ff9b::a01:203/128", "10.1.0.0/16", true],
      ["64:ff9b::10.2.0.1/128", "10.1.0.0/16", false],
      ["::/64", "10.1.0.0/16", true],
    ];
    for (const [one, other, expected] of cases) {
      const [network, second] = [parseNetwork(one), parseNetwork(other)];
      assert(network && second);
      assert.equal(overlaps(network, second), expected, `${one} ${other}`);
    }
  });

  it("follows properties without ever throwing", () => {
    const field = new Field({ a: [{ b: 1 }, null], c: null, d: "text" });
    assert.equal(field.at("a").items()[0]?.at("b").path, "a[0].b");
    assert.equal(field.at("a").items()[1]?.missing, true);
    for (const missing of [
      field.at("c"),
      field.at("x", "y"),
      field.at("c", "y"),
      field.at("d", "y"),
      field.at("a", "b"),
    ]) {
      assert(missing.missing && missing.empty && missing.known && !missing.present, missing.path);
      assert.deepEqual([missing.items(), missing.entries(), missing.keys()], [[], [], []]);
      assert.deepEqual([missing.text, missing.number, missing.shown], [undefined, undefined, "not set"]);
    }
    assert.equal(new Field("x".repeat(78)).shown.length, 80);
    assert.equal(new Field("x".repeat(79)).shown.length, 80);
    assert(!new Field("x".repeat(78)).shown.endsWith("..."));
    assert(new Field("x".repeat(79)).shown.endsWith("..."));
    const number = new Field(7);
    assert.deepEqual([number.text, number.number, field.at("d").number], [undefined, 7, undefined]);
    assert.equal(new Field(UNKNOWN).shown, "not known yet");
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
    // What is remembered outlasts a test: these were never shown before.
    const run = `urn:${process.hrtime.bigint()}:`;
    const show = (urn: string, type: string, name: string, parent: string) =>
      rememberOwner(run + urn, type, name, parent === stack ? stack : run + parent);
    const [tenant, any] = ["odoo:saas:OdooTenant", "x:y:Z"];
    assert.deepEqual(show("t", tenant, "acme", stack), { tenant: undefined, depth: 0, console: false });
    assert.deepEqual(show("c", "odoo:saas:TenantDns", "acme-dns", "t"), { tenant: "acme", depth: 1, console: false });
    assert.deepEqual(show("r", any, "r", "c"), { tenant: "acme", depth: 1, console: false });
    assert.deepEqual(show("n", tenant, "inner", "c"), { tenant: "acme", depth: 1, console: false });
    assert.deepEqual(show("m", any, "m", "n"), { tenant: "acme", depth: 2, console: false });
    assert.equal(show("o", any, "o", "never-shown"), undefined);
    assert.equal(show("p", any, "p", "o"), undefined);
    assert.equal(show("s", tenant, "stray", "never-shown"), undefined);
    // What is shown again, below something unknown, is no longer the tenant's.
    assert.equal(show("c", "odoo:saas:TenantDns", "acme-dns", "never-shown"), undefined);
    assert.equal(show("r", any, "r", "c"), undefined);
  });
});
