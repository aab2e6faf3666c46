import assert from "node:assert/strict";
import { identityProviderFault, platformProviderFault } from "../../config/identityProviders.ts";
import { namesIn, PlatformNames } from "../../config/hosts.ts";
import { problemsIn, withProject } from "../support/projectFolder.ts";

describe("the address of a company's identity provider", () => {
  for (const address of [
    "https://login.microsoftonline.com/7c9e6679-7425-40de-944b-e07fc1f90ae7/v2.0",
    "https://accounts.google.com",
    "https://acme.okta.com/oauth2/v1/token",
    "https://acme.github.io/",
    "https://id.acme.co.uk/realms/acme",
    "https://ID.acme.example/",
    "https://id.acme.example:443/",
    "https://xn--mnchen-3ya.de/",
  ]) {
    it(`may be ${address}`, () => {
      assert.equal(identityProviderFault(address), undefined);
    });
  }

  for (const [address, wrong] of [
    ["http://id.acme.example", /not a plain https address/],
    ["https://user@id.acme.example", /not a plain https address/],
    ["https://id.acme.example/?x", /not a plain https address/],
    ["https://id.acme.example:0/", /not a plain https address/],
    ["https://2130706433/", /not a plain https address/],
    ["https://0x7f.1/", /not a plain https address/],
    ["id.acme.example", /not a plain https address/],
    ["", /not a plain https address/],
    ["https://id.acme.example:8443/", /has port 8443/],
    ["https://10.0.0.1/", /not a full host name/],
    ["https://169.254.169.254/latest/meta-data", /not a full host name/],
    ["https://[::ffff:a9fe:a9fe]/", /not a full host name/],
    ["https://[fd00:ec2::254]/", /not a full host name/],
    ["https://localhost/", /not a full host name/],
    ["https://keycloak/", /not a full host name/],
    ["https://id.acme.example./", /not a plain https address|not a full host name/],
    ["https://kubernetes.default.svc/", /clusters and private networks/],
    ["https://kubernetes.default.svc.cluster.local/", /clusters and private networks/],
    ["https://metadata.google.internal/", /clusters and private networks/],
    ["https://kubernetes.default/", /below no suffix/],
    ["https://grafana.monitoring/", /below no suffix/],
    ["https://odoo.odoo-acme/", /not a top-level domain/],
    ["https://co.uk/", /below no suffix/],
    ["https://github.io/", /below no suffix/],
    ["https://xn--a.example/", /not a valid name in any script/],
  ] as const) {
    it(`is not ${address}`, () => {
      assert.match(identityProviderFault(address)?.wrong ?? "", wrong);
    });
  }

  it("names no server of the platform's", () => {
    const names = new PlatformNames(namesIn("Pulumi.prod.yaml", ["https://login.acme.example", "db.acme.example"]));
    for (const host of ["login.acme.example", "db.acme.example", "acme.example", "x.db.acme.example"]) {
      assert.match(platformProviderFault(`https://${host}/`, names)?.wrong ?? "", /the platform's/, host);
    }
    assert.equal(platformProviderFault("https://id.acme.example/", names), undefined);
  });

  it("is judged in tenants' files, each key, by the stacks' names too", () => {
    const provider = (issuer: string, tokenUrl: string) =>
      `sso: { identityProvider: { alias: entra, displayName: Entra, issuer: "${issuer}", authorizationUrl: "https://x.example/a", tokenUrl: "${tokenUrl}", jwksUrl: "https://x.example/k", clientId: odoo } }\n`;
    const tenant = `displayName: X\nowner: { team: ops, email: ops@x.example }\nbundles: [sales]\nenvironments: { prod: {} }\n`;
    const problems = (text: string) => withProject({ "tenants/beta.yaml": tenant + text }, problemsIn);
    assert.deepEqual(problems(provider("https://x.example", "https://x.example/t")), []);
    assert.deepEqual(problems(provider("https://10.0.0.1", "https://kubernetes.default.svc/x")), [
      'tenants/beta.yaml:5:70: sso.identityProvider.issuer: is "https://10.0.0.1", expected an https address on the internet, at port 443, such as "https://login.example.com/realms/acme"',
      'tenants/beta.yaml:5:141: sso.identityProvider.tokenUrl: is "https://kubernetes.default.svc/x", expected an https address on the internet, at port 443, such as "https://login.example.com/realms/acme"',
    ]);
    const files = {
      "tenants/beta.yaml": tenant + provider("https://x.example", "https://db.acme.example/t"),
      "Pulumi.prod-eu.yaml": "config: { odoo-saas:unknown: { deep: ['db.acme.example'] } }\n",
    };
    const lines = withProject(files, problemsIn).filter((line) => line.startsWith("tenants/"));
    assert.equal(lines.length, 1);
    assert.match(
      lines[0] ?? "",
      /identityProvider\.tokenUrl: is .*, which is the platform's own \(Pulumi\.prod-eu\.yaml\)/,
    );
  });
});
