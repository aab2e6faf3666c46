import type { Field } from "./lib/field.ts";
import { resourcePolicy, strictness } from "./lib/policy.ts";

/** Administrators' passwords and every tenant's secrets go through these connections. */
export const providerConnections = resourcePolicy({
  name: "provider-connections",
  description: "Providers must connect by TLS that is verified, without a superuser, and write nothing to disk.",
  types: [
    "pulumi:providers:github",
    "pulumi:providers:keycloak",
    "pulumi:providers:kubernetes",
    "pulumi:providers:postgresql",
  ],
  options: { requireTls: strictness("Whether connections of providers must be encrypted.") },
  check({ props }, report, { requireTls }) {
    const folder = props.at("renderYamlToDirectory");
    if (folder.present && !folder.mayBe("")) report(folder, "writes Secrets to disk in plain text", "Remove it");
    for (const key of ["tlsInsecureSkipVerify", "superuser", "insecure"]) {
      // Provider properties of other types than text are JSON.
      const field = props.at(key);
      if (!field.mayBe(undefined, false, "false", ""))
        report(field, `is ${field.shown}, expected false`, "Set it to false");
    }
    if (!requireTls) return;
    for (const [key, setting] of [
      ["url", "keycloak.url"],
      ["baseUrl", "github.apiUrl"],
    ] as const) {
      const url = props.at(key);
      if (url.known && url.present && !url.text?.startsWith("https://")) {
        report(url, `is ${url.shown}, expected an https address`, `Set odoo-saas:${setting} so`);
      }
    }
    checkSslMode(props.at("sslmode"));
    checkSslMode(props.at("sslMode"));

    function checkSslMode(field: Field): void {
      if (field.mayBe(undefined, "require", "verify-ca", "verify-full")) return;
      report(field, `is ${field.shown}, which may send passwords in plain text`, "Set sslmode to verify-full");
    }
  },
});
