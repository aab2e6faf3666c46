import { providerConnections } from "../../policies/providerConnections.ts";
import { both, set } from "./support/fixtures.ts";
import { type Breach, describePolicy } from "./support/describePolicy.ts";

function provider(name: string, key: string, value: unknown, message: RegExp): Breach {
  return [`${name}.${key}: ${String(value)}`, set(name, key, value), name, message];
}

describePolicy(providerConnections, {
  breaches: [
    provider("keycloak", "url", "http://login.example.com", /url is "http:.*expected an https address/),
    provider("keycloak", "url", "HTTP://login.example.com", /expected an https address/),
    provider("keycloak", "url", 443, /url is 443, expected an https address/),
    provider("keycloak", "tlsInsecureSkipVerify", "true", /tlsInsecureSkipVerify is "true"/),
    provider(
      "github-provider",
      "baseUrl",
      "http://github.example.com/",
      /baseUrl is "http:.*expected an https address/,
    ),
    provider("github-provider", "insecure", "true", /insecure is "true"/),
    provider("tenants-database", "sslmode", "disable", /sslmode is "disable"/),
    provider("tenants-database", "sslmode", "prefer", /sslmode is "prefer"/),
    provider("tenants-database", "sslMode", "allow", /sslMode is "allow"/),
    provider("tenants-database", "superuser", "true", /superuser is "true"/),
    provider("tenants-database", "superuser", true, /superuser is true/),
    provider("kubernetes", "renderYamlToDirectory", "rendered", /renderYamlToDirectory writes Secrets/),
  ],
  tolerated: [
    ["TLS without a check of the host", set("tenants-database", "sslmode", "verify-ca")],
    ["TLS without a check of the certificate", set("tenants-database", "sslmode", "require")],
    ["the client's default TLS mode", set("tenants-database", "sslmode", undefined)],
    ["no folder, spelled out", set("kubernetes", "renderYamlToDirectory", "")],
  ],
  guarded: [
    ["keycloak", "url"],
    ["github-provider", "baseUrl"],
    ["tenants-database", "sslmode"],
    ["tenants-database", "superuser"],
  ],
});
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
  ],
  guarded: [],
});
describePolicy(providerConnections, {
  stack: "prod",
  config: { requireTls: false },
  breaches: [provider("keycloak", "url", "http://127.0.0.1:1", /expected an https address/)],
  guarded: [],
});
