import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { COMPANY } from "../support/company.ts";
import { problemsIn, withProject } from "../support/projectFolder.ts";

const stackText = (stack: string) => readFileSync(join(COMPANY, `Pulumi.${stack}.yaml`), "utf8");

/** The fixture company's stacks, and a zone above all that they name. */
const STACKS = {
  "Pulumi.prod.yaml": stackText("prod"),
  "Pulumi.staging.yaml": stackText("staging"),
  "zones.yaml": "zones: { tbwa.example: [ops], acme.example: [ops, it] }\n",
  "alerts/settings.yaml":
    "runbooks: https://git.example/runbooks\nplatform: { channel: p }\nteams: { it: { channel: it } }\n",
};

function tenant(environments: string, team = "ops", cell = "main"): string {
  return `displayName: X\nowner: { team: ${team}, email: ops@x.example }\nbundles: [sales]\ncell: ${cell}\nenvironments: ${environments}\n`;
}

/** A tenant whose prod has these hosts. */
function withHosts(...domains: string[]): string {
  return tenant(`{ prod: { domains: [${domains.join(", ")}] } }`);
}

/** What is said of a project with changes, without where. */
function problems(changes: Readonly<Record<string, string | undefined>>): string[] {
  return withProject({ ...STACKS, ...changes }, problemsIn);
}

const NO_PLATFORM_NAME = "expected a host that is not a platform name, and is neither above nor below one";

describe("a tenant's own hosts", () => {
  const hosts = [
    ...["login", "tenants-db", "analytics-db", "mail-sink"].map((name) => `${name}.staging.tbwa.example`),
    ...["login", "tenants-db", "analytics-db", "mail", "odoo", "staging.odoo"].map((name) => `${name}.tbwa.example`),
  ];
  for (const host of hosts) {
    it(`are not the platform's ${host}, nor above or below it`, () => {
      const lines = problems({ "tenants/beta.yaml": withHosts(host, `a.b.${host}`) });
      assert.equal(lines.length, 2);
      for (const line of lines) {
        assert.match(line, /^tenants\/beta\.yaml:5:\d+: environments\.prod\.domains\[\d\]: is /);
        assert.ok(line.includes("the platform's") && line.endsWith(NO_PLATFORM_NAME), line);
      }
    });
  }

  it("are not above a name of the platform's", () => {
    assert.deepEqual(
      problems({ "tenants/beta.yaml": withHosts("staging.tbwa.example", "tbwa.example", "x.tbwa.example") }),
      [
        `tenants/beta.yaml:5:35: environments.prod.domains[0]: is "staging.tbwa.example", above the platform's tenants-db.staging.tbwa.example (Pulumi.staging.yaml), ${NO_PLATFORM_NAME}`,
        `tenants/beta.yaml:5:57: environments.prod.domains[1]: is "tbwa.example", above the platform's odoo.tbwa.example (Pulumi.prod.yaml), ${NO_PLATFORM_NAME}`,
      ],
    );
  });

  it("are not what settings that are wrong otherwise name, whatever the stack and the setting", () => {
    const files = {
      "Pulumi.prod-eu.yaml": "config: { odoo-saas:unknown: { deep: ['https://s3.acme.example/x'] } }\n",
      "tenants/beta.yaml": withHosts("s3.acme.example", "x.s3.acme.example"),
    };
    assert.equal(problems(files).length, 2);
  });

  for (const [host, reason] of [
    ["odoo.odoo-acme.svc", "a name that clusters and private networks resolve themselves"],
    ["web.odoo-acme.svc.cluster.local", "a name that clusters and private networks resolve themselves"],
    ["db.internal", "a name that clusters and private networks resolve themselves"],
    ["erp.localhost", "a name that clusters and private networks resolve themselves"],
    ["xn--a.acme.example", "which has a label that is not a valid name in any script"],
    ["xn--lgin-6qa.acme.example", "whose label xn--lgin-6qa (lgöin) can look like another name"],
    [`${"a".repeat(60)}.acme.example`, "which is too long for the records that go with it"],
    ["co.uk", "which is in no zone of zones.yaml"],
    ["acme.co.uk", "which is in no zone of zones.yaml"],
    ["acme.example", "which is a zone's apex, where DNS allows no alias (zones.yaml)"],
  ] as const) {
    it(`are not ${host.slice(0, 40)}`, () => {
      const [line = "", ...more] = problems({ "tenants/beta.yaml": withHosts(host) });
      assert.ok(line.includes(`, ${reason}, expected `), line);
      assert.deepEqual(more, []);
    });
  }

  for (const host of [
    "localhost",
    "erp",
    "ERP.acme.example",
    "erp.acme.example.",
    "*.acme.example",
    "_x.acme.example",
    "10.0.0.1",
  ]) {
    it(`are not ${host}, by its form`, () => {
      const lines = problems({ "tenants/beta.yaml": withHosts(JSON.stringify(host)) });
      assert.deepEqual(
        lines.map((line) => line.replace(/^.*, expected/, "expected")),
        ['expected a lower-case host name such as "erp.example.com"'],
      );
    });
  }

  it("are below a zone of the owner's team", () => {
    const files = {
      "tenants/beta.yaml": tenant("{ prod: { domains: [erp.acme.example] } }", "it"),
      "tenants/gamma.yaml": tenant("{ prod: { domains: [erp.tbwa.example] } }", "it"),
    };
    assert.deepEqual(problems(files), [
      'tenants/gamma.yaml:5:35: environments.prod.domains[0]: is "erp.tbwa.example", in zone tbwa.example, which is for ops, expected a host below acme.example, or a zone for team it in zones.yaml, which the platform\'s team reviews',
    ]);
  });

  it("are none without a file of zones, and are not judged by one that cannot be read", () => {
    const file = { "tenants/beta.yaml": withHosts("erp.acme.example") };
    assert.deepEqual(problems({ ...file, "zones.yaml": undefined }), [
      'tenants/beta.yaml:5:35: environments.prod.domains[0]: is "erp.acme.example", which is in no zone of zones.yaml, expected a zone for team ops in zones.yaml, which the platform\'s team reviews',
    ]);
    assert.deepEqual(problems({ ...file, "zones.yaml": "zones: { acme.example: [] }\n" }), [
      "zones.yaml:1:24: zones.acme.example: is empty, expected at least one team: omit a zone that nobody may use",
    ]);
  });

  it("are neither above nor below another tenant's, in whichever environment", () => {
    const files = {
      "tenants/beta.yaml": withHosts("erp.acme.example"),
      "tenants/gamma.yaml": tenant("{ staging: { domains: [a.b.erp.acme.example] } }", "it"),
      "tenants/delta.yaml": tenant("{ staging: { domains: [x.erp.acme.example] } }", "it"),
    };
    const expected = "expected a host that is neither above nor below another tenant's";
    assert.deepEqual(problems(files), [
      `tenants/beta.yaml:5:35: environments.prod.domains[0]: is "erp.acme.example", above "x.erp.acme.example", which tenants/delta.yaml (staging) has, ${expected}`,
      `tenants/delta.yaml:5:38: environments.staging.domains[0]: is "x.erp.acme.example", below "erp.acme.example", which tenants/beta.yaml (prod) has, ${expected}`,
      `tenants/gamma.yaml:5:38: environments.staging.domains[0]: is "a.b.erp.acme.example", below "erp.acme.example", which tenants/beta.yaml (prod) has, ${expected}`,
    ]);
  });

  it("may be above and below the same tenant's", () => {
    const environments =
      "{ prod: { domains: [erp.acme.example, www.erp.acme.example] }, staging: { domains: [staging.erp.acme.example] } }";
    assert.deepEqual(problems({ "tenants/beta.yaml": tenant(environments) }), []);
  });

  it("are as many as the Gateway of their cell has room for", () => {
    const files = (count: number, cell: string) =>
      Object.fromEntries(
        Array.from({ length: count }, (_, index) => [
          `tenants/${cell}-${1000 + index}.yaml`,
          tenant(`{ prod: { domains: [${cell}-${index}.acme.example] } }`, "ops", cell),
        ]),
      );
    assert.deepEqual(problems({ ...files(62, "east"), ...files(62, "west") }), []);
    assert.deepEqual(problems({ ...files(65, "east"), ...files(62, "west") }), [
      'tenants/east-1062.yaml:5:35: environments.prod.domains[0]: is "east-62.acme.example", host 63 of the tenants of prod, cell east, whose Gateway has 64 listeners, 2 of them the platform\'s, expected at most 62, or tenants in another cell',
    ]);
  });
});

describe("the host that the platform gives a tenant", () => {
  it("is no stack's base domain, whatever the tenant's environments", () => {
    const message =
      'tenants/staging.yaml:1:1: is named "staging", whose host would be staging.odoo.tbwa.example, which is a platform name (Pulumi.staging.yaml), expected another name';
    for (const environments of ["{ prod: {} }", "{ staging: {} }"]) {
      assert.deepEqual(problems({ "tenants/staging.yaml": tenant(environments) }), [message]);
    }
  });

  it("is above no name of the platform's, mail's domains included", () => {
    const files = {
      "Pulumi.prod-eu.yaml":
        "config: { odoo-saas:mail: { host: mx.eu.odoo.tbwa.example, from: odoo@post.odoo.tbwa.example } }\n",
      "tenants/eu.yaml": tenant("{ prod: {} }"),
      "tenants/post.yaml": tenant("{ prod: {} }"),
      "tenants/other.yaml": tenant("{ prod: {} }"),
    };
    assert.deepEqual(problems(files), [
      'tenants/eu.yaml:1:1: is named "eu", whose host would be eu.odoo.tbwa.example, above mx.eu.odoo.tbwa.example, a platform name (Pulumi.prod-eu.yaml), expected another name',
      'tenants/post.yaml:1:1: is named "post", whose host would be post.odoo.tbwa.example, which is a platform name (Pulumi.prod-eu.yaml), expected another name',
    ]);
  });
});

describe("zones", () => {
  it("are domains that a tenant could have a host below", () => {
    const zones = ["odoo.tbwa.example", "x.login.tbwa.example", "cluster.local", "acme.internal", "xn--a.example"];
    const lines = problems({ "zones.yaml": `zones:\n${zones.map((zone) => `  ${zone}: [ops]\n`).join("")}` });
    assert.deepEqual(
      lines.map((line) => line.slice(0, 14)),
      zones.map((_, index) => `zones.yaml:${index + 2}:3`),
    );
    assert.match(
      lines[0] ?? "",
      /zones\.odoo\.tbwa\.example: is "odoo\.tbwa\.example", in which every host is the platform's \(Pulumi\.prod\.yaml names odoo\.tbwa\.example\), expected a domain beside/,
    );
  });

  it("are domains of one owner, and no public suffixes", () => {
    const suffixes = ["co.uk", "com.ph", "github.io", "x.ck", "a.kobe.jp", "xn--55qx5d.cn"];
    const zones = [...suffixes, "acme.co.uk", "www.ck", "city.kobe.jp", "tbwa.com", "kobe.example"];
    const lines = problems({ "zones.yaml": `zones:\n${zones.map((zone) => `  ${zone}: [ops]\n`).join("")}` });
    const wrong = "below which anyone can register names (https://publicsuffix.org)";
    assert.deepEqual(
      lines,
      suffixes.map(
        (zone, index) =>
          `zones.yaml:${index + 2}:3: zones.${zone}: is "${zone}", ${wrong}, expected a domain of the team's company such as "acme.${zone}"`,
      ),
    );
  });

  it("are of teams that own a tenant, or have a channel for alerts", () => {
    const zones = (...teams: string[]) => ({ "zones.yaml": `zones: { acme.example: [${teams.join(", ")}] }\n` });
    assert.deepEqual(problems(zones("ops", "it")), []);
    const wrong = "a team that no tenant's owner.team names and alerts/settings.yaml has no channel of";
    assert.deepEqual(problems(zones("ops", "opps", "ghosts")), [
      `zones.yaml:1:30: zones.acme.example[1]: is "opps", ${wrong}, expected ops`,
      `zones.yaml:1:36: zones.acme.example[2]: is "ghosts", ${wrong}, expected one of it, ops`,
    ]);
    assert.deepEqual(problems({ ...zones("crew"), "tenants/beta.yaml": tenant("{ prod: {} }", "crew") }), []);
    // Its file names a team that nobody can read.
    const broken = problems({ ...zones("crew"), "tenants/beta.yaml": "owner: [\n" });
    assert.ok(broken.length > 0 && broken.every((line) => line.startsWith("tenants/beta.yaml:")), broken.join());
    assert.deepEqual(problems({ ...zones("crew"), "alerts/settings.yaml": "teams: [\n" }), []);
  });

  it("are no single labels, in lower case, and of teams", () => {
    const lines = problems({
      "zones.yaml": "zones: { example: [ops], Acme.example: [ops], a.example: ops, b.example: [Ops] }\n",
    });
    assert.equal(lines.length, 4);
    for (const line of lines) assert.match(line, /^zones\.yaml:1:\d+: zones\.\S+: .*, expected /);
  });
});
