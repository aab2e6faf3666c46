import assert from "node:assert/strict";
import fc from "fast-check";
import {
  CUSTOM_HOST_MAX,
  domainsAbove,
  FIRST_LABEL_MAX,
  isWithin,
  namesIn,
  ownHosts,
  PlatformNames,
  publicHostFault,
  zoneFault,
} from "../../config/hosts.ts";

const label = fc.stringMatching(/^[a-z](?:[a-z0-9]{0,10}[a-z])?$/);
const domain = fc.array(label, { minLength: 2, maxLength: 4 }).map((labels) => labels.join("."));

describe("publicHostFault", () => {
  const long = `${"a".repeat(FIRST_LABEL_MAX)}.${`${"b".repeat(59)}.`.repeat(3)}`.slice(0, CUSTOM_HOST_MAX - 3);
  const longest = `${long.replace(/\.$/, "b")}.ph`;

  it("takes what the internet has, labels of other scripts in DNS's encoded form", () => {
    assert.equal(longest.length, CUSTOM_HOST_MAX);
    for (const host of [
      ...["erp.acme.example", "acme.ph", "a.b.c.d.e.co", "1.2.example", "erp.test", "xn--mnchen-3ya.example"],
      ...[
        "xn--80ak6aa92e.xn--p1ai",
        "a--b.example",
        "abc--d.example",
        "svcs.acme.example",
        "local.acme.example",
        longest,
      ],
    ]) {
      assert.equal(publicHostFault(host), undefined, host);
    }
  });

  for (const [wrong, hosts] of [
    [
      /^which is not a full host name$/,
      [
        ...[
          "",
          "erp",
          "localhost",
          "ERP.acme.example",
          "erp.acme.example.",
          ".acme.example",
          "erp..example",
          "10.0.0.1",
        ],
        ...[
          "*.acme.example",
          "erp_x.acme.example",
          "_acme-challenge.acme.example",
          "erp.acme.example:443",
          "a b.example",
        ],
        ...[
          "-a.example",
          "a-.example",
          "münchen.example",
          "erp\u3002acme\u3002example",
          "::1",
          "[::1]",
          "erp.example\n",
        ],
        ...[`${"a".repeat(64)}.example`, `${"a.".repeat(127)}com`],
      ],
    ],
    [
      /^a name that clusters and private networks resolve themselves$/,
      [
        ...["odoo.odoo-acme.svc", "odoo.odoo-acme.svc.cluster.local", "cluster.local", "a.svc.k8s.acme.example"],
        ...["db.internal", "metadata.google.internal", "ip-10-0-0-1.ec2.internal", "erp.localhost", "x.localdomain"],
        ...["router.lan", "nas.home", "nas.home.arpa", "1.0.0.10.in-addr.arpa", "x.onion", "x.invalid", "x.corp"],
      ],
    ],
    [/^whose last label \S+ is not a top-level domain$/, ["odoo.odoo-acme", "10.0.0.0x7f", "erp.acme.e1", "a.b"]],
    [
      /^which has a label that is not a valid name in any script$/,
      ["xn--a.example", "xn--999999999.example", "ab--cd.example", "erp.xn--80ak6aa92e0.example"],
    ],
    [
      /^which is too long for the records that go with it$/,
      [`${"a".repeat(FIRST_LABEL_MAX + 1)}.example`, longest.replace("bb", "bbb")],
    ],
  ] as const) {
    it(`refuses ${hosts.length} for ${wrong.source}`, () => {
      for (const host of hosts) {
        const fault = publicHostFault(host) ?? assert.fail(`accepts ${JSON.stringify(host)}`);
        assert.match(fault.wrong, wrong, JSON.stringify(host));
      }
    });
  }
});

describe("PlatformNames", () => {
  const names = new PlatformNames([
    ...namesIn("Pulumi.prod.yaml", { url: "https://login.acme.example", list: ["odoo.acme.example"] }),
    ...namesIn("Pulumi.staging.yaml", ["odoo@post.example", "staging.odoo.acme.example"]),
  ]);

  it("covers a name and what is above it, and is over what is below", () => {
    for (const [host, wrong] of [
      ["login.acme.example", "which is the platform's own (Pulumi.prod.yaml)"],
      ["staging.odoo.acme.example", "which is the platform's own (Pulumi.staging.yaml)"],
      ["acme.example", "above the platform's login.acme.example (Pulumi.prod.yaml)"],
      ["example", "above the platform's login.acme.example (Pulumi.prod.yaml)"],
      ["a.b.login.acme.example", "below the platform's login.acme.example (Pulumi.prod.yaml)"],
      ["x.staging.odoo.acme.example", "below the platform's staging.odoo.acme.example (Pulumi.staging.yaml)"],
      ["post.example", "which is the platform's own (Pulumi.staging.yaml)"],
    ] as const) {
      assert.equal(names.fault(host)?.wrong, wrong, host);
    }
    for (const host of ["erp.acme.example", "xlogin.acme.example", "login.acme.example.com", "erp.post.example"]) {
      assert.equal(names.fault(host), undefined, host);
    }
  });

  it("leaves hosts below the domain of mail addresses alone, unless it is a host as well", () => {
    const mail = namesIn("a", "x@post.example");
    for (const both of [
      [...mail, ...namesIn("b", "post.example")],
      [...namesIn("b", "post.example"), ...mail],
    ]) {
      assert.ok(new PlatformNames(both).fault("erp.post.example"));
    }
    // What is before the @ of an address with a scheme would be a user, and behind it is a host.
    assert.ok(new PlatformNames(namesIn("a", "https://user@post.example")).fault("erp.post.example"));
  });

  it("never lets one of two hosts take the other, whichever is the platform's", () => {
    fc.assert(
      fc.property(domain, domain, (host, name) => {
        const isApart = !isWithin(host, name) && !isWithin(name, host);
        const fault = new PlatformNames(namesIn("x", name)).fault(host);
        assert.equal(fault === undefined, isApart);
      }),
    );
  });

  it("finds every host in whatever text it is written", () => {
    fc.assert(
      fc.property(domain, fc.constantFrom("", "https://", "postgres://", "a ", "(", "*.", "a,"), (host, before) => {
        for (const behind of ["", ":5432", "/a/b", ".", ", x", "?q=1"]) {
          const found = namesIn("x", { deep: [{ text: `${before}${host.toUpperCase()}${behind}` }] });
          assert.ok(
            found.some(({ name }) => name === host),
            `${before}${host}${behind}`,
          );
        }
      }),
    );
  });
});

describe("zoneFault", () => {
  const zones = new Map([
    ["acme.example", ["it", "sales"]],
    ["shop.acme.example", ["shop"]],
    ["globex.example", ["it"]],
  ]);

  it("lets a team have what is below its zones", () => {
    for (const [host, team] of [
      ["erp.acme.example", "it"],
      ["a.b.acme.example", "sales"],
      ["erp.shop.acme.example", "shop"],
      ["erp.globex.example", "it"],
    ] as const) {
      assert.equal(zoneFault(host, team, zones), undefined, host);
    }
  });

  it("refuses labels of other scripts below a zone that has none", () => {
    const names = new Map([...zones, ["xn--mnchen-3ya.example", ["it"]], ["xn--80ak6aa92e.acme.example", ["it"]]]);
    for (const host of [
      "xn--lgin-5qa.acme.example",
      "erp.xn--lgin-5qa.acme.example",
      "xn--lgin-5qa.erp.acme.example",
    ]) {
      const fault = zoneFault(host, "it", names);
      assert.equal(fault?.wrong, "whose label xn--lgin-5qa (lögin) can look like another name", host);
      assert.match(fault.expected, /^letters of a to z, or a zone with the label in zones\.yaml/);
    }
    for (const host of [
      "erp.xn--mnchen-3ya.example",
      "xn--lgin-5qa.xn--mnchen-3ya.example",
      "erp.xn--80ak6aa92e.acme.example",
      "xnlgin.acme.example",
    ]) {
      assert.equal(zoneFault(host, "it", names), undefined, host);
    }
  });

  for (const [host, team, wrong, expected] of [
    ["acme.example", "it", "which is a zone's apex, where DNS allows no alias (zones.yaml)", "a host below it"],
    ["shop.acme.example", "shop", "which is a zone's apex, where DNS allows no alias (zones.yaml)", "a host below it"],
    [
      "erp.shop.acme.example",
      "sales",
      "in zone shop.acme.example, which is for shop",
      "a host below acme.example, or a zone for team sales in zones.yaml, which the platform's team reviews",
    ],
    [
      "erp.acme.example",
      "shop",
      "in zone acme.example, which is for it, sales",
      "a host below shop.acme.example, or a zone for team shop in zones.yaml, which the platform's team reviews",
    ],
    [
      "erp.acme.com",
      "it",
      "which is in no zone of zones.yaml",
      "a host below acme.example or globex.example, or a zone for team it in zones.yaml, which the platform's team reviews",
    ],
    [
      "xacme.example",
      "none",
      "which is in no zone of zones.yaml",
      "a zone for team none in zones.yaml, which the platform's team reviews",
    ],
  ] as const) {
    it(`tells ${team} of ${host} what to do`, () =>
      assert.deepEqual(zoneFault(host, team, zones), { wrong, expected }));
  }

  it("takes nothing that is not strictly below a zone of the team", () => {
    fc.assert(
      fc.property(domain, domain, (host, zone) => {
        const isBelow = host !== zone && isWithin(host, zone);
        assert.equal(zoneFault(host, "it", new Map([[zone, ["it"]]])) === undefined, isBelow);
        assert.ok(zoneFault(`x.${zone}`, "other", new Map([[zone, ["it"]]])));
      }),
    );
  });
});

describe("hosts", () => {
  it("have the domains above them, the nearest first", () => {
    assert.deepEqual(domainsAbove("a.b.c"), ["b.c", "c"]);
    assert.deepEqual(domainsAbove("c"), []);
  });

  it("of the platform below its base domain are the wildcard and the Gateway's", () => {
    assert.deepEqual(ownHosts("odoo.example"), ["*.odoo.example", "gateway.odoo.example"]);
  });
});
