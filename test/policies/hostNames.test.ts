import assert from "node:assert/strict";
import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { stringify } from "yaml";
import { hostNames } from "../../policies/hostNames.ts";
import { checkout } from "../../policies/lib/checkout.ts";
import { type Breach, describePolicy } from "./support/describePolicy.ts";
import { add, BASE_DOMAIN, both, type Change, compliantStack, set } from "./support/fixtures.ts";
import { TEAM, writeHostFiles } from "./support/hostCheckout.ts";
import { judge } from "../../features/look/judge.ts";
import { emptyCheckout, useCheckout, writeInto } from "./support/releasedCheckout.ts";

/** Names of the platform in other stacks' settings. */
const PLATFORM = ["login.staging.example.com", "db.example.com", "staging.erp.example.com", "s3.globex-eu.example"];

/** Hosts that the second tenant's file has, though a rule would refuse them: the pack does not go by the rules. */
const DECLARED = [
  ...PLATFORM,
  ...PLATFORM.map((name) => `x.${name}`),
  ...["example.com", "staging.example.com", "mx.post.example", "post.example"],
  ...[
    "erp.globex-eu.example",
    "globex-eu.example",
    "books.globex-eu.example",
    "erp.acme.example",
    "erp.initech.example",
  ],
  ...[
    "odoo.odoo-acme.svc",
    "odoo.odoo-acme.svc.cluster.local",
    "db.internal",
    "odoo.odoo-acme",
    "xn--a.globex-eu.example",
  ],
  ...[
    "co.uk",
    "globex.co.uk",
    "erp.xn--mnchen-3ya.globex-eu.example",
    "xn--lgin-5qa.globex-eu.example",
    `${"a".repeat(60)}.globex-eu.example`,
  ],
];

function hostCheckout(): string {
  const root = writeHostFiles(emptyCheckout());
  const names = { "odoo-saas:keycloak": { url: `https://${PLATFORM[0] ?? ""}` }, "odoo-saas:other": PLATFORM.slice(1) };
  const config = {
    ...names,
    "odoo-saas:mail": { from: "odoo@post.example" },
    "odoo-saas:baseDomain": "eu.example.com",
  };
  writeInto(root, "Pulumi.other.yaml", stringify({ config }));
  const environments = { prod: { domains: DECLARED }, staging: { domains: ["staging.globex-eu.example"] } };
  writeInto(root, "tenants/globex-eu.yaml", stringify({ owner: { team: TEAM }, environments }));
  const zones = {
    ...Object.fromEntries(
      ["acme.example", "globex-eu.example", "xn--mnchen-3ya.globex-eu.example", "example.com", "post.example"].map(
        (zone) => [zone, [TEAM]],
      ),
    ),
    "initech.example": ["initech"],
  };
  writeInto(root, "zones.yaml", stringify({ zones }));
  return root;
}

const ANNOTATION = "external-dns.alpha.kubernetes.io/hostname";

/** Ways of the second tenant's resources to claim a host. */
const CLAIMS: readonly [resource: string, change: (host: unknown) => Change][] = [
  ["globex-eu-route", (host) => set("globex-eu-route", "spec.hostnames.1", host)],
  ["globex-eu-records", (host) => set("globex-eu-records", "spec.endpoints.1", { dnsName: host, recordType: "A" })],
  ["globex-eu-certificate", (host) => set("globex-eu-certificate", "spec.dnsNames.0", host)],
  ["globex-eu-certificate", (host) => set("globex-eu-certificate", "spec.commonName", host)],
  ["globex-eu-service", (host) => set("globex-eu-service", ["metadata", "annotations", ANNOTATION], host)],
];

function claimed(host: string, message: RegExp): Breach[] {
  return CLAIMS.map(([resource, change], index) => [
    `${host.slice(0, 50)} (${index})`,
    change(host),
    resource,
    message,
  ]);
}

/** A claim of what tenants share. */
function shared(host: string, message: RegExp): Breach[] {
  const metadata = { name: "more", namespace: "odoo-platform" };
  const object = (groupVersion: string, kind: string, spec: object, annotations?: object): Change =>
    add({
      type: `kubernetes:${groupVersion}:${kind}`,
      name: "more",
      props: { apiVersion: groupVersion, kind, metadata: { ...metadata, ...(annotations && { annotations }) }, spec },
    });
  const route = { hostnames: [host], rules: [{ backendRefs: [{ name: "x", port: 80 }] }] };
  return [
    [`a route for ${host}`, object("gateway.networking.k8s.io/v1", "HTTPRoute", route), "more", message],
    [
      `a record of ${host}`,
      object("externaldns.k8s.io/v1alpha1", "DNSEndpoint", { endpoints: [{ dnsName: host, recordType: "A" }] }),
      "more",
      message,
    ],
    [`a service with ${host}`, object("core/v1", "Service", {}, { [ANNOTATION]: host }), "more", message],
  ];
}

const NOBODYS =
  /which is neither the platform's own nor a tenant's\. Use \*\.erp\.example\.com or gateway\.erp\.example\.com/;

describe("host-names over a checkout's files", () => {
  useCheckout(hostCheckout);

  describePolicy(hostNames, {
    breaches: [
      ...PLATFORM.flatMap((name) => claimed(name, /, which is the platform's own \(Pulumi\.other\.yaml\)\. Use /)),
      ...PLATFORM.flatMap((name) => claimed(`x.${name}`, /, below the platform's \S+ \(Pulumi\.other\.yaml\)/)),
      ...claimed("example.com", /, above the platform's \S+ \(Pulumi\.\S+\.yaml\)/),
      ...claimed("staging.example.com", /, above the platform's login\.staging\.example\.com/),
      ...claimed("post.example", /, which is the platform's own/),
      ...claimed(BASE_DOMAIN, /, which is the platform's own/),
      ...claimed("acme.erp.example.com", /, below the platform's erp\.example\.com/),
      ...claimed("globex-eu.eu.example.com", /, below the platform's eu\.example\.com \(Pulumi\.other\.yaml\)/),
      ...claimed("globex-eu.example", /, above the platform's s3\.globex-eu\.example/),
      ...claimed(
        "staging.globex-eu.example",
        /, which tenants\/globex-eu\.yaml does not have\. Use .* environments\.prod\.domains/,
      ),
      ...claimed("new.globex-eu.example", /, which tenants\/globex-eu\.yaml does not have/),
      ...claimed("erp.initech.example", /, in zone initech\.example, which is for initech/),
      ...claimed("globex.co.uk", /, which is in no zone of zones\.yaml/),
      ...claimed("co.uk", /, which is in no zone of zones\.yaml/),
      ...["odoo.odoo-acme.svc", "odoo.odoo-acme.svc.cluster.local", "db.internal"].flatMap((host) =>
        claimed(host, /, a name that clusters and private networks resolve themselves/),
      ),
      ...claimed("odoo.odoo-acme", /, whose last label odoo-acme is not a top-level domain/),
      ...claimed("xn--lgin-5qa.globex-eu.example", /, whose label xn--lgin-5qa \(lögin\) can look like another name/),
      ...claimed("xn--a.globex-eu.example", /, which has a label that is not a valid name in any script/),
      ...claimed(`${"a".repeat(60)}.globex-eu.example`, /, which is too long for the records that go with it/),
      ...[
        "*.globex-eu.example",
        "ERP.globex-eu.example",
        "erp.globex-eu.example.",
        "_x.globex-eu.example",
        "localhost",
        "10.0.0.1",
      ].flatMap((host) => claimed(host, /, which is not a full host name/)),
      ...[
        "login.staging.example.com",
        "db.example.com",
        "other.erp.example.com",
        BASE_DOMAIN,
        "nobody.example",
      ].flatMap((host) => shared(host, NOBODYS)),
      ...shared(`*.${BASE_DOMAIN}`, /, which takes every tenant's host/),
      ...["login.staging.example.com", "*.example.com", "*.eu.example.com", "nobody.example"].flatMap(
        (host): Breach[] => [
          [
            `a listener for ${host}`,
            set("platform-gateway", "spec.listeners.1.hostname", host),
            "platform-gateway",
            NOBODYS,
          ],
          [
            `a certificate for ${host}`,
            set("platform-certificate", "spec.dnsNames.1", host),
            "platform-certificate",
            NOBODYS,
          ],
          [
            `the gateway's annotation ${host}`,
            set("platform-gateway", ["metadata", "annotations", ANNOTATION], host),
            "platform-gateway",
            NOBODYS,
          ],
          [
            `the redirect's annotation ${host}`,
            set("platform-redirect", ["metadata", "annotations", ANNOTATION], host),
            "platform-redirect",
            NOBODYS,
          ],
        ],
      ),
    ],
    tolerated: [
      ...CLAIMS.map(([resource, change]): [string, Change] => [
        `another host of the tenant's file: ${resource}`,
        change("books.globex-eu.example"),
      ]),
      ["a host in another script", set("globex-eu-route", "spec.hostnames.1", "erp.xn--mnchen-3ya.globex-eu.example")],
      ["a host below the domain of mail addresses", set("globex-eu-route", "spec.hostnames.1", "mx.post.example")],
      [
        "the gateway's own name",
        set("platform-gateway", ["metadata", "annotations", ANNOTATION], `gateway.${BASE_DOMAIN}`),
      ],
      [
        "a listener for a tenant's other host",
        both(
          set("globex-eu-route", "spec.hostnames.1", "books.globex-eu.example"),
          set("platform-gateway", "spec.listeners.3.hostname", "books.globex-eu.example"),
        ),
      ],
    ],
    guarded: [
      ["globex-eu-route", "spec.hostnames.1"],
      ["globex-eu-records", "spec.endpoints.0.dnsName"],
      ["globex-eu-certificate", "spec.dnsNames.0"],
      ["platform-redirect", ["metadata", "annotations", ANNOTATION]],
      ["platform-certificate", "spec.dnsNames.0"],
    ],
  });

  it("refuses a tenant's host that the platform gives, where a stack has it or has a name below it", () => {
    const resources = compliantStack("prod", ["acme", "staging"]);
    const found = judge(hostNames, resources).filter(({ message }) => message.includes('is "staging.erp.example.com"'));
    assert.ok(found.length > 0);
    for (const { message } of found) {
      assert.match(
        message,
        /which is, or is above, staging\.erp\.example\.com of Pulumi\.other\.yaml\. Use another id/,
      );
    }
  });

  it("goes by the environment of the stack, and in a sandbox by both and by the gateway's own wildcard", () => {
    const wrong = (stack: string, host: string) => {
      const resources = compliantStack(stack);
      set("globex-eu-route", "spec.hostnames.1", host)(resources);
      return judge(hostNames, resources).filter(({ message }) => message.includes(host)).length;
    };
    assert.equal(wrong("staging", "staging.globex-eu.example"), 0);
    assert.equal(wrong("staging", "books.globex-eu.example"), 1);
    assert.equal(wrong("prod-eu", "books.globex-eu.example"), 0);
    for (const host of ["staging.globex-eu.example", "books.globex-eu.example"])
      assert.equal(wrong("sandbox", host), 0);
    assert.deepEqual(judge(hostNames, compliantStack("sandbox")), []);
  });
});

describe("host-names without files", () => {
  /** What is said of the compliant stack when a file has another text, or is not there. */
  function without(file: string, text: string | undefined, stack = "prod"): string[] {
    const before = checkout.root;
    const root = writeHostFiles(emptyCheckout());
    if (text === undefined) rmSync(join(root, file));
    else writeInto(root, file, text);
    try {
      checkout.root = root;
      return judge(hostNames, compliantStack(stack)).map(({ message }) => message);
    } finally {
      checkout.root = before;
      rmSync(root, { recursive: true });
    }
  }

  it("takes the compliant stack with all of them", () => {
    const root = writeHostFiles(emptyCheckout());
    const text = readFileSync(join(root, "zones.yaml"), "utf8");
    rmSync(root, { recursive: true });
    assert.deepEqual(without("zones.yaml", text), []);
  });

  for (const [file, text] of [
    ["zones.yaml", undefined],
    ["zones.yaml", "zones: [\n"],
    ["zones.yaml", "zones: { acme.example: finance-ops }\n"],
    ["tenants/acme.yaml", undefined],
    ["tenants/acme.yaml", "owner: {}\n"],
    ["tenants/acme.yaml", "owner: { team: finance-ops }\nenvironments: { prod: {} }\n"],
    ["tenants/acme.yaml", "owner: { team: others }\nenvironments: { prod: { domains: [erp.acme.example] } }\n"],
    ["Pulumi.prod.yaml", undefined],
    ["Pulumi.prod.yaml", "config: [\n"],
    ["Pulumi.prod.yaml", "config: { odoo-saas:baseDomain: 7 }\n"],
    ["Pulumi.other.yaml", "config: [\n"],
    ["Pulumi.other.yaml", "- config\n"],
  ] as const) {
    it(`refuses hosts where ${file} is ${text === undefined ? "missing" : JSON.stringify(text)}`, () => {
      const messages = without(file, text);
      assert.ok(
        messages.some(
          (message) =>
            (message.startsWith("acme-") && message.includes('"erp.acme.example"')) ||
            (file === "Pulumi.prod.yaml" && message.includes(BASE_DOMAIN)),
        ),
        messages.join("\n"),
      );
    });
  }
});
