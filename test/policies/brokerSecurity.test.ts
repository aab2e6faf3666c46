import assert from "node:assert/strict";
import { brokerSecurity } from "../../policies/brokerSecurity.ts";
import { type Breach, describePolicy, wrong } from "./support/describePolicy.ts";
import { compliantStack, set } from "./support/fixtures.ts";
import { writeHostFiles } from "./support/hostCheckout.ts";
import { judge } from "../../features/look/judge.ts";
import { emptyCheckout, useCheckout, writeInto } from "./support/releasedCheckout.ts";

const BROKER = "acme-realm-broker";
const KEYS = ["issuer", "authorizationUrl", "tokenUrl", "jwksUrl"] as const;

/** Where Keycloak would be sent from inside the platform's network. */
const INSIDE = [
  ...["10.0.0.1", "169.254.169.254", "127.0.0.1", "[::1]", "[fd00:ec2::254]", "2130706433", "0x7f.1", "localhost"],
  ...["kubernetes", "kubernetes.default", "kubernetes.default.svc", "kubernetes.default.svc.cluster.local"],
  ...["metadata.google.internal", "db.local", "vault.lan", "intranet.corp", "com", "co.uk", "github.io"],
  ...[
    "login.company.example.",
    "id_p.company.example",
    "xn--a.example",
    "id.company.example:8443",
    "id.company.example:0",
  ],
];

describe("a company's identity provider", () => {
  useCheckout(() => writeHostFiles(emptyCheckout()));

  describePolicy(brokerSecurity, {
    breaches: [
      ...KEYS.flatMap((key) => [
        wrong(BROKER, key, "http://id.company.example", /expected an https address/),
        wrong(BROKER, key, undefined, /expected an https address/),
        wrong(BROKER, key, "https://kubernetes.default.svc/x", /whose host is .*, expected an https address/),
        wrong(BROKER, key, "https://login.example.com/realms/globex-eu", /which is the platform's own \(Pulumi\./),
      ]),
      ...INSIDE.map((host): Breach => [
        host,
        set(BROKER, "tokenUrl", `https://${host}/token`),
        BROKER,
        /tokenUrl is .*, expected an https address on the internet/,
      ]),
      // Servers of the platform's, whatever their names lead to.
      ...["db.example.com", "analytics.example.com", "acme.erp.example.com", "example.com"].map((host): Breach => [
        host,
        set(BROKER, "jwksUrl", `https://${host}/keys`),
        BROKER,
        /jwksUrl is .* the platform's/,
      ]),
      ...["https://u:p@id.company.example", "https://id.company.example/?x=y", "https://id.company.example/#x"].map(
        (address) => wrong(BROKER, "issuer", address, /not a plain https address/),
      ),
      wrong(BROKER, "tokenUrl", 443, /is 443, .*expected an https address/),
      wrong(BROKER, "validateSignature", false),
      wrong(BROKER, "validateSignature", undefined),
    ],
    tolerated: ["login.microsoftonline.com", "acme.okta.com", "id.xn--mnchen-3ya.example"].map(
      (host) => [host, set(BROKER, "issuer", `https://${host}/v2.0`)] as const,
    ),
    guarded: [
      [BROKER, "issuer"],
      [BROKER, "validateSignature"],
    ],
  });
});

describe("a company's identity provider, beside a file that cannot be read", () => {
  useCheckout(() => {
    const root = writeHostFiles(emptyCheckout());
    writeInto(root, "Pulumi.prod-broken.yaml", "config: [");
    return root;
  });

  it("is not accepted, since nobody knows what that file names", () => {
    const violations = judge(brokerSecurity, compliantStack());
    assert.match(
      violations[0]?.message ?? "",
      /issuer is .*, which cannot be compared with what Pulumi\.prod-broken\.yaml/,
    );
  });
});
