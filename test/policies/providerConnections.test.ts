import { providerConnections } from "../../policies/providerConnections.ts";
import { add, both, remake, set } from "./support/fixtures.ts";
import { type Breach, describePolicy, type Tolerated } from "./support/describePolicy.ts";
import { writeHostFiles } from "./support/hostCheckout.ts";
import { emptyCheckout, useCheckout } from "./support/releasedCheckout.ts";

function provider(name: string, key: string, value: unknown, message: RegExp): Breach {
  return [`${name}.${key}: ${String(value)}`, set(name, key, value), name, message];
}

const POSTGRESQL = "pulumi:providers:postgresql";
const ANALYTICS = { host: "analytics.example.com", port: "5432", database: "postgres", username: "analytics_admin" };

function second(type: string, props: Record<string, unknown>): Breach {
  return [`a second ${type}`, add({ type, name: "second", props }), "second", /is a second connection to what/];
}

describe("connections of providers", () => {
  useCheckout(() => writeHostFiles(emptyCheckout()));

  describePolicy(providerConnections, {
    breaches: [
      provider("keycloak", "url", "http://login.example.com", /url is "http:.*expected an https address/),
      provider("keycloak", "url", "HTTP://login.example.com", /expected an https address/),
      provider("keycloak", "url", 443, /url is 443, expected an https address/),
      // Passwords and secrets go to whatever answers there.
      provider("keycloak", "url", "https://evil.example", /url is .*, expected "https:\/\/login\.example\.com"/),
      provider("keycloak", "realm", "acme", /realm is "acme", expected "master"/),
      provider("keycloak", "realm", undefined, /realm is not set/),
      provider("keycloak", "clientId", "admin-cli", /clientId is "admin-cli"/),
      provider("keycloak", "tlsInsecureSkipVerify", "true", /tlsInsecureSkipVerify is "true"/),
      provider("github-provider", "baseUrl", "http://github.example.com/", /expected an https address/),
      provider("github-provider", "baseUrl", "https://evil.example/", /baseUrl is "https:\/\/evil/),
      provider("github-provider", "owner", "somebody", /owner is "somebody", expected "acme"/),
      provider("github-provider", "insecure", "true", /insecure is "true"/),
      provider("tenants-database", "host", "evil.example", /host is "evil\.example", expected "outside\.example\.com"/),
      provider("tenants-database", "host", undefined, /host is not set/),
      provider("tenants-database", "port", "6432", /port is "6432", expected "5432"/),
      provider("tenants-database", "database", "acme", /database is "acme", expected "odoo_saas"/),
      provider("tenants-database", "username", "postgres", /username is "postgres", expected "platform_admin"/),
      provider("analytics-database", "username", "keycloak", /username is "keycloak", expected "analytics_admin"/),
      provider("tenants-database", "sslmode", "disable", /sslmode is "disable"/),
      provider("tenants-database", "sslmode", "require", /sslmode is "require", expected "verify-full"/),
      provider("tenants-database", "sslmode", undefined, /sslmode is not set/),
      provider("tenants-database", "sslMode", "allow", /sslMode is "allow"/),
      provider("tenants-database", "superuser", "true", /superuser is "true"/),
      provider("tenants-database", "superuser", true, /superuser is true/),
      provider("kubernetes", "renderYamlToDirectory", "rendered", /renderYamlToDirectory writes Secrets/),
      provider(
        "kubernetes",
        "context",
        "another",
        /context is "another", expected nothing, as Pulumi\.prod\.yaml says/,
      ),
      provider("kubernetes", "clusterIdentifier", "another", /clusterIdentifier is "another"/),
      [
        "a provider's program from elsewhere",
        set("keycloak", ["__internal", "pluginDownloadURL"], "https://evil.example"),
        "keycloak",
        /pluginDownloadURL has the provider's own program/,
      ],
      second(POSTGRESQL, { ...ANALYTICS, sslmode: "verify-full" }),
      second("pulumi:providers:keycloak", { url: "https://login.example.com", realm: "master", clientId: "odoo-saas" }),
      second("pulumi:providers:kubernetes", {}),
      second("pulumi:providers:github", { owner: "acme", baseUrl: "https://api.github.com/" }),
      [
        "the settings of a provider that nobody made",
        add({ type: POSTGRESQL, name: "default", props: {} }),
        "default",
        /host is not set/,
      ],
      [
        "a provider inside a tenant",
        both(remake("analytics-database", { parent: "acme" }), set("analytics-database", "host", "evil.example")),
        "analytics-database",
        /host is "evil\.example"/,
      ],
    ],
    tolerated: [["no folder, spelled out", set("kubernetes", "renderYamlToDirectory", "")]] satisfies Tolerated[],
    guarded: [
      ["keycloak", "url"],
      ["github-provider", "baseUrl"],
      ["tenants-database", "host"],
      ["tenants-database", "sslmode"],
      ["tenants-database", "superuser"],
    ],
  });
  describePolicy(providerConnections, {
    stack: "prod",
    config: { requireTls: false },
    breaches: [provider("keycloak", "url", "http://127.0.0.1:1", /expected an https address/)],
    guarded: [],
  });
});

// A sandbox is configured from elsewhere, and its servers have no certificates.
describePolicy(providerConnections, {
  stack: "sandbox",
  config: { requireTls: false },
  breaches: [
    provider("kubernetes", "renderYamlToDirectory", "rendered", /writes Secrets/),
    provider("tenants-database", "superuser", "true", /superuser/),
  ],
  tolerated: [
    [
      "connections without TLS",
      both(set("keycloak", "url", "http://127.0.0.1:1"), set("tenants-database", "sslmode", "disable")),
    ],
    ["another cluster", set("kubernetes", "context", "sandbox")],
  ],
  guarded: [],
});
