import { sqlIsolation } from "../../policies/sqlIsolation.ts";
import { both, remake, set } from "./support/fixtures.ts";
import { type Breach, describePolicy } from "./support/describePolicy.ts";
import { writeHostFiles } from "./support/hostCheckout.ts";
import { emptyCheckout, useCheckout } from "./support/releasedCheckout.ts";

const SETUP = "acme-database-setup";
const VIEWS = "acme-analytics-views";
const ANALYTICS = "acme-analytics-schema";

function other(resource: string, path: string, value: unknown): Breach {
  return [
    `${resource}.${path}: ${String(value)}`,
    set(resource, path, value),
    resource,
    new RegExp(`${path.replaceAll(".", "\\.")} is `),
  ];
}

describe("SQL of a tenant", () => {
  useCheckout(() => writeHostFiles(emptyCheckout()));

  describePolicy(sqlIsolation, {
    breaches: [
      ...[SETUP, VIEWS, ANALYTICS].flatMap((resource): Breach[] => [
        other(resource, "tenant", "globex-eu"),
        other(resource, "tenant", undefined),
        other(resource, "connection.sslmode", "disable"),
        other(resource, "connection.sslmode", "prefer"),
        other(resource, "connection.sslmode", undefined),
        [`${resource} outside any tenant`, remake(resource, { parent: "platform" }), resource, /outside any tenant/],
        [
          `${resource} inside another`,
          remake(resource, { parent: "globex-eu-database" }),
          resource,
          /expected "globex-eu"/,
        ],
      ]),
      ...[SETUP, VIEWS].flatMap((resource) => [
        other(resource, "connection.database", "globex-eu"),
        other(resource, "connection.database", "postgres"),
        other(resource, "connection.user", "globex-eu"),
        other(resource, "connection.user", "platform_admin"),
      ]),
      // The password would go there.
      other(SETUP, "connection.host", "evil.example"),
      other(VIEWS, "connection.host", "evil.example"),
      other(ANALYTICS, "connection.host", "outside.example.com"),
      other(ANALYTICS, "source.host", "evil.example"),
      other(ANALYTICS, "source.host", undefined),
      ...[SETUP, VIEWS, ANALYTICS].flatMap((resource) => [
        other(resource, "connection.port", 6432),
        other(resource, "connection.port", undefined),
        other(resource, "connection.sslmode", "require"),
      ]),
      other(ANALYTICS, "source.port", 6432),
      other(ANALYTICS, "source.sslmode", "verify-ca"),
      other(ANALYTICS, "connection.database", "keycloak"),
      other(ANALYTICS, "connection.user", "tenant_globex_eu_owner"),
      other(ANALYTICS, "connection.user", "supabase_admin"),
      other(ANALYTICS, "connection.user", undefined),
      other(SETUP, "roles.reporter", "globex-eu_reporter"),
      other(SETUP, "roles.reporter", "public"),
      other(VIEWS, "schema", "public"),
      other(ANALYTICS, "connection.database", "acme"),
      other(ANALYTICS, "connection.database", "globex-eu"),
      other(ANALYTICS, "source.database", "globex-eu"),
      other(ANALYTICS, "source.user", "acme"),
      other(ANALYTICS, "source.user", "globex-eu_reporter"),
      other(ANALYTICS, "source.sslmode", "disable"),
      other(ANALYTICS, "names.schema", "tenant_globex_eu"),
      other(ANALYTICS, "names.dataSchema", "tenant_globex_eu_data"),
      other(ANALYTICS, "names.foreignSchema", "public"),
      other(ANALYTICS, "names.server", "tenant_globex_eu_server"),
      other(ANALYTICS, "roles.owner", "tenant_globex_eu_owner"),
      other(ANALYTICS, "roles.reader", "authenticated"),
    ],
    guarded: [
      [SETUP, "tenant"],
      [SETUP, "connection"],
      [SETUP, "connection.sslmode"],
      [ANALYTICS, "connection.database"],
      [ANALYTICS, "names"],
    ],
  });

  // A sandbox's servers have no certificates.
  const plain = both(set(SETUP, "connection.sslmode", "disable"), set(ANALYTICS, "source.sslmode", "disable"));
  describePolicy(sqlIsolation, {
    stack: "sandbox",
    config: { requireTls: false },
    breaches: [other(SETUP, "tenant", "globex-eu")],
    tolerated: [["connections without TLS", plain]],
    guarded: [],
  });
  for (const stack of ["staging", "prod", "prod-eu"]) {
    describePolicy(sqlIsolation, {
      stack,
      config: { requireTls: false },
      breaches: [["connections without TLS, whatever is configured", plain, SETUP, /sslmode is "disable"/]],
      guarded: [],
    });
  }
  describePolicy(sqlIsolation, {
    stack: "sandbox",
    breaches: [["connections without TLS when nothing is configured", plain, SETUP, /sslmode is "disable"/]],
    guarded: [],
  });
});
