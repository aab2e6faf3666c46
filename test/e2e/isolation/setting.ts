import { readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { analyticsNames, reporterRole } from "../../../config/names.ts";
import type { AnalyticsNames } from "../../../config/names.ts";
import { analyticsLogin, databaseLogin } from "../support/clients.ts";
import type { Login } from "../support/clients.ts";
import type { TenantOutputs, World } from "../support/world.ts";
import { Session } from "./sessions.ts";

/** A tenant with all credentials that could be stolen from it. */
export interface Party {
  readonly id: string;
  readonly outputs: TenantOutputs;
  /** The role that Odoo is, in the tenant's database. */
  readonly owner: Login;
  /** The role that the analytics server reads with, in the tenant's database. */
  readonly reporter: Login;
  /** The role that analysts are, on the analytics server. */
  readonly reader: Login;
  readonly analytics: AnalyticsNames;
}

/** Two different tenants: the first attacks the second. */
export interface Pair {
  readonly name: string;
  readonly own: Party;
  readonly other: Party;
}

/** Who is there, and the credentials that no tenant has: for counter-proofs, and to prepare. */
export interface Setting {
  readonly parties: readonly Party[];
  /** Every ordered pair. */
  readonly pairs: readonly Pair[];
  readonly tenantsSuperuser: Login;
  readonly analyticsSuperuser: Login;
  /** As PostgREST logs in. */
  readonly authenticator: Login;
  /** Address of Keycloak. */
  readonly keycloak: string;
  /** Password of `admin` in realm master. */
  readonly keycloakAdminPassword: string;
  /** Path of the administrator's kubeconfig. */
  readonly kubeconfig: string;
}

const secretsSchema = z.object({
  tenantsSuperuser: z.string(),
  analyticsSuperuser: z.string(),
  analyticsAuthenticator: z.string(),
  keycloakAdmin: z.string(),
});

/** Looks at what the world's tenants are. */
export async function settingOf(world: World): Promise<Setting> {
  const secrets = secretsSchema.parse(JSON.parse(readFileSync(join(world.home, "secrets.json"), "utf8")));
  const tenants = Object.entries(await world.tenants());
  const first = tenants[0]?.[1];
  const { KUBECONFIG } = await world.shell();
  if (first === undefined || KUBECONFIG === undefined) throw new Error("the world has no tenants, or no cluster");
  const { database, analytics, realm } = first;
  const superuser = { user: "postgres", database: "postgres" };
  const onAnalytics = { ...superuser, host: analytics.host, port: analytics.port };
  const analyticsSuperuser = { ...onAnalytics, password: secrets.analyticsSuperuser };

  const reporters = await reporterPasswords(analyticsSuperuser);
  const parties = tenants.map(([id, outputs]): Party => {
    const owner = databaseLogin(outputs);
    const user = reporterRole(id);
    return {
      id,
      outputs,
      owner,
      reporter: { ...owner, user, password: reporters.get(user) ?? "" },
      reader: analyticsLogin(outputs),
      analytics: analyticsNames(id),
    };
  });
  return {
    parties,
    pairs: parties.flatMap((own) =>
      parties.filter((other) => other !== own).map((other) => ({ name: `${own.id} → ${other.id}`, own, other })),
    ),
    tenantsSuperuser: { ...superuser, host: database.host, port: database.port, password: secrets.tenantsSuperuser },
    analyticsSuperuser,
    authenticator: { ...onAnalytics, user: "authenticator", password: secrets.analyticsAuthenticator },
    keycloak: realm.issuer.replace(/\/realms\/.*$/, ""),
    keycloakAdminPassword: secrets.keycloakAdmin,
    kubeconfig: KUBECONFIG,
  };
}

/** The reporters' passwords by role: the analytics server knows them, and shows them to its superuser alone. */
async function reporterPasswords(superuser: Login): Promise<Map<string, string>> {
  const session = await Session.open(superuser);
  try {
    const rows = await session.rows(
      `SELECT (SELECT option_value FROM pg_options_to_table(umoptions) WHERE option_name = 'user') AS role,
              (SELECT option_value FROM pg_options_to_table(umoptions) WHERE option_name = 'password') AS password
         FROM pg_user_mappings`,
    );
    const row = z.object({ role: z.string(), password: z.string() });
    return new Map(rows.map((values) => row.parse(values)).map(({ role, password }) => [role, password]));
  } finally {
    await session.close();
  }
}
