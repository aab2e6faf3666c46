import { uniqueHosts } from "../../policies/uniqueHosts.ts";
import { BASE_DOMAIN, both, drop, set } from "./support/fixtures.ts";
import { type Breach, describePolicy } from "./support/describePolicy.ts";
import { UNKNOWN } from "../../lib/pulumiMarks.ts";

const HOST = "spec.hostnames.1";
const RECORD = "spec.endpoints.0";
const CLIENT = "globex-eu-realm-client";
const ANNOTATION = ["metadata", "annotations", "external-dns.alpha.kubernetes.io/hostname"] as const;
const NEW_ANNOTATION = ["metadata", "annotations", "external-dns.kubernetes.io/internal-hostname"] as const;

/** A host in a route of the second tenant. */
function host(value: unknown, message: RegExp): Breach {
  return [`host ${String(value)}`, set("globex-eu-route", HOST, value), "globex-eu-route", message];
}

const NOT_EXACT = /spec\.hostnames\[1\] is .*expected one whole host name/;
const BELOW = /below the platform's erp\.example\.com\. There the tenant has globex-eu\.erp\.example\.com/;
const TAKEN = /has already/;

describePolicy(uniqueHosts, {
  breaches: [
    host("erp.acme.example", /is "erp\.acme\.example", which acme-\w+ of tenant acme has already/),
    host("www.erp.acme.example", /is "www\.erp\.acme\.example", below erp\.acme\.example of tenant acme/),
    host("a.b.erp.acme.example", /below erp\.acme\.example of tenant acme/),
    host("acme.example", /is "acme\.example", above another's/),
    host("acme.erp.example.com", BELOW),
    host("acme.erp.example.com", TAKEN),
    host("other.erp.example.com", BELOW),
    host("www.globex-eu.erp.example.com", BELOW),
    host(BASE_DOMAIN, BELOW),
    host("*.globex.example", NOT_EXACT),
    host("*", NOT_EXACT),
    host("ERP.acme.example", NOT_EXACT),
    host("erp.acme.example.", NOT_EXACT),
    host("erp..example", NOT_EXACT),
    host("-erp.example", NOT_EXACT),
    host("erp_1.example", NOT_EXACT),
    host("localhost", NOT_EXACT),
    host("10.0.0.1", NOT_EXACT),
    host("erp.acme.example:443", NOT_EXACT),
    host(" erp.acme.example", NOT_EXACT),
    host("", NOT_EXACT),
    host(`${"a".repeat(64)}.example`, NOT_EXACT),
    host(`${"a.".repeat(126)}example`, NOT_EXACT),
    [
      "a route for all hosts",
      set("globex-eu-route", "spec.hostnames", undefined),
      "globex-eu-route",
      /hostnames names no host/,
    ],
    [
      "a route with an empty list of hosts",
      set("globex-eu-route", "spec.hostnames", []),
      "globex-eu-route",
      /names no host/,
    ],
    [
      "a platform's route for all hosts of which one rule leads to a service",
      set("platform-redirect", "spec.rules.1", { backendRefs: [{ name: "x" }] }),
      "platform-redirect",
      /names no host/,
    ],
    [
      "a tenant's route that redirects all hosts",
      both(
        set("acme-route", "spec.hostnames", undefined),
        set("acme-route", "spec.rules", [{ filters: [{ type: "RequestRedirect" }] }]),
      ),
      "acme-route",
      /names no host/,
    ],
    [
      "a shared route for all hosts that leads somewhere",
      set("platform-redirect", "spec.rules.0.backendRefs", [{ name: "x" }]),
      "platform-redirect",
      /names no host/,
    ],
    [
      "another tenant's record",
      set("globex-eu-records", `${RECORD}.dnsName`, "erp.acme.example"),
      "globex-eu-records",
      TAKEN,
    ],
    [
      "a second record",
      set("globex-eu-records", "spec.endpoints.1", { dnsName: "erp.acme.example", recordType: "A" }),
      "globex-eu-records",
      TAKEN,
    ],
    [
      "a wildcard record",
      set("globex-eu-records", `${RECORD}.dnsName`, "*.globex.example"),
      "globex-eu-records",
      /dnsName .*whole host/,
    ],
    ["a delegation", set("globex-eu-records", `${RECORD}.recordType`, "NS"), "globex-eu-records", /recordType is "NS"/],
    ["mail", set("globex-eu-records", `${RECORD}.recordType`, "MX"), "globex-eu-records", /recordType is "MX"/],
    [
      "a proof of ownership",
      set("globex-eu-records", `${RECORD}.recordType`, "TXT"),
      "globex-eu-records",
      /recordType is "TXT"/,
    ],
    [
      "another tenant's certificate",
      set("globex-eu-certificate", "spec.dnsNames.1", "erp.acme.example"),
      "globex-eu-certificate",
      TAKEN,
    ],
    [
      "a certificate for what is below another tenant's host",
      set("globex-eu-certificate", "spec.dnsNames.1", "a.erp.acme.example"),
      "globex-eu-certificate",
      /below erp\.acme\.example of tenant acme/,
    ],
    [
      "another tenant's common name",
      set("globex-eu-certificate", "spec.commonName", "erp.acme.example"),
      "globex-eu-certificate",
      TAKEN,
    ],
    [
      "a tenant's wildcard certificate",
      set("globex-eu-certificate", "spec.dnsNames.0", `*.${BASE_DOMAIN}`),
      "globex-eu-certificate",
      /whole host/,
    ],
    [
      "another tenant's host by annotation",
      set("globex-eu-route", ANNOTATION, "x.example,erp.acme.example"),
      "globex-eu-route",
      TAKEN,
    ],
    [
      "another tenant's host by the newer annotation",
      set("globex-eu-service", NEW_ANNOTATION, "erp.acme.example"),
      "globex-eu-service",
      TAKEN,
    ],
    [
      "a tenant's host in a shared certificate",
      set("platform-certificate", "spec.dnsNames.1", "erp.acme.example"),
      "platform-certificate",
      /is "erp\.acme\.example", which is acme's/,
    ],
    [
      "a tenant's host on a shared route",
      set("platform-redirect", ANNOTATION, "acme.erp.example.com"),
      "platform-redirect",
      /which is acme's/,
    ],
    [
      "a listener for another tenant's routes",
      set(
        "platform-gateway",
        ["spec", "listeners", "2", "allowedRoutes", "namespaces", "selector", "matchLabels", "odoo-saas.dev/tenant"],
        "globex-eu",
      ),
      "platform-gateway",
      /tenant is "globex-eu" for "erp\.acme\.example", expected "acme"/,
    ],
    [
      "a listener for everybody's routes",
      set("platform-gateway", "spec.listeners.2.allowedRoutes.namespaces.from", "All"),
      "platform-gateway",
      /for "erp\.acme\.example", expected "acme"/,
    ],
    [
      "a listener for any tenant's routes",
      set("platform-gateway", "spec.listeners.2.allowedRoutes.namespaces.selector", {
        matchExpressions: [{ key: "odoo-saas.dev/tenant", operator: "Exists" }],
      }),
      "platform-gateway",
      /is not set for "erp\.acme\.example"/,
    ],
    ...["validRedirectUris", "validPostLogoutRedirectUris", "webOrigins"].flatMap((key): Breach[] => [
      [
        `${key} of another tenant`,
        set(CLIENT, key, ["https://acme.erp.example.com/x"]),
        CLIENT,
        new RegExp(`${key}\\[0\\] is .*no HTTPRoute`),
      ],
      [
        `${key} of nobody`,
        set(CLIENT, key, ["https://evil.example/x"]),
        CLIENT,
        new RegExp(`${key}\\[0\\] is .*no HTTPRoute`),
      ],
    ]),
    ["redirects without a route", drop("globex-eu-route"), CLIENT, /whose host no HTTPRoute of the tenant has/],
  ],
  tolerated: [
    ["another domain of the tenant's own", set("globex-eu-route", HOST, "books.globex.example")],
    ["what is above and below the tenant's own", set("globex-eu-route", HOST, "a.b.erp.globex-eu.example")],
    ["a domain that only looks like the platform's", set("globex-eu-route", HOST, "noterp.example.com")],
    ["the tenant's own host by annotation", set("globex-eu-route", ANNOTATION, "globex-eu.erp.example.com")],
    [
      "a tenant's own redirect to its other host",
      set(CLIENT, "validRedirectUris", ["https://erp.globex-eu.example/x"]),
    ],
    ["an address", set("globex-eu-records", `${RECORD}.recordType`, "A")],
    ["an IPv6 address", set("globex-eu-records", `${RECORD}.recordType`, "AAAA")],
    [
      "redirects while a route's host is not known",
      both(
        set("globex-eu-route", "spec.hostnames.0", UNKNOWN),
        set(CLIENT, "validRedirectUris", ["https://new.globex.example/x"]),
      ),
    ],
  ],
  guarded: [
    ["globex-eu-route", "spec.hostnames.0"],
    ["globex-eu-records", `${RECORD}.dnsName`],
    ["globex-eu-records", `${RECORD}.recordType`],
    ["globex-eu-certificate", "spec.dnsNames"],
    ["globex-eu-certificate", "spec.commonName"],
    ["globex-eu-route", ANNOTATION],
    ["platform-gateway", "spec.listeners.2.hostname"],
    ["platform-gateway", "spec.listeners.2.allowedRoutes"],
    [CLIENT, "validRedirectUris"],
    [CLIENT, "validRedirectUris.0"],
  ],
});
