import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { writeSecretFile } from "../../sandbox/instance.ts";
import type { Instance, SecretName } from "../../sandbox/instance.ts";
import type { DatabaseName } from "../../sandbox/services/databases.ts";
import { KEYCLOAK_ADMIN, KEYCLOAK_CLIENT, keycloakUrl } from "../../sandbox/services/keycloak.ts";
import { PLATFORM_ADMIN } from "../../sandbox/services/preparePostgres.ts";
import type { Moment } from "./events.ts";
import { asSuperuser } from "./inventory.ts";
import { engineKilled } from "./processFaults.ts";
import type { Random } from "./random.ts";
import { strike } from "./stage.ts";
import type { Fault } from "./stage.ts";

/** A server changes the administrator's password, and ends the sessions that were opened with the old one. */
async function rotatePostgres(instance: Instance, server: DatabaseName, secret: string): Promise<void> {
  // The secret is of letters, digits, - and _.
  await asSuperuser(instance, server, "postgres", `ALTER ROLE ${PLATFORM_ADMIN} PASSWORD '${secret}'`);
  await asSuperuser(
    instance,
    server,
    "postgres",
    `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = '${PLATFORM_ADMIN}'`,
  );
}

/** Keycloak changes the client's secret, and takes no token that was given before. */
async function rotateKeycloak(instance: Instance, secret: string): Promise<void> {
  const url = keycloakUrl(instance);
  const form = { grant_type: "password", client_id: "admin-cli", username: KEYCLOAK_ADMIN };
  const login = await fetch(`${url}/realms/master/protocol/openid-connect/token`, {
    method: "POST",
    body: new URLSearchParams({ ...form, password: instance.secrets.keycloakAdmin }),
  });
  const { access_token } = z.object({ access_token: z.string() }).parse(await login.json());
  const headers = { authorization: `Bearer ${access_token}`, "content-type": "application/json" };
  const clients = `${url}/admin/realms/master/clients`;
  const found = await fetch(`${clients}?clientId=${KEYCLOAK_CLIENT}`, { headers });
  const [client] = z.array(z.looseObject({ id: z.string() })).parse(await found.json());
  const body = JSON.stringify({ ...client, secret, notBefore: Math.floor(Date.now() / 1000) });
  const response = await fetch(`${clients}/${client?.id ?? ""}`, { method: "PUT", headers, body });
  if (!response.ok) throw new Error(`Keycloak: ${response.status} ${await response.text()}`);
}

interface Credential {
  readonly secret: SecretName;
  readonly moment: Moment;
  /** What a killed update leaves behind for the next one, which only who has the new credential can look at. */
  readonly orphan: Moment;
  readonly rotate: (instance: Instance, secret: string) => Promise<void>;
}

const CREDENTIALS: Readonly<Record<string, Credential>> = {
  "the tenants' server": {
    secret: "tenantsAdmin",
    moment: { when: "before", type: "odoosql:index:DatabaseSetup" },
    orphan: { when: "made", what: "role" },
    rotate: (instance, secret) => rotatePostgres(instance, "tenantsDatabase", secret),
  },
  "the analytics server": {
    secret: "analyticsAdmin",
    moment: { when: "before", type: "odoosql:index:AnalyticsSchema" },
    orphan: { when: "made", what: "analytics owner" },
    rotate: (instance, secret) => rotatePostgres(instance, "analyticsDatabase", secret),
  },
  Keycloak: {
    secret: "keycloakClient",
    moment: { when: "made", what: "realm" },
    orphan: { when: "made", what: "client" },
    rotate: rotateKeycloak,
  },
};

/** What a server says to who comes with the old one. */
const REFUSED = /password authentication failed|28P01|401 Unauthorized|unauthorized_client|invalid_client|status 401/i;

function pick(random: Random): [string, Credential] {
  return random.pick(Object.entries(CREDENTIALS));
}

/** Tells the configuration. */
function tell(instance: Instance, secret: SecretName, fresh: string): void {
  const file = join(instance.home, "secrets.json");
  const secrets = z.record(z.string(), z.string()).parse(JSON.parse(readFileSync(file, "utf8")));
  writeSecretFile(file, JSON.stringify({ ...secrets, [secret]: fresh }, null, 2));
}

/**
 * The program's own password or client secret is changed on a server in the middle of an update. Afterwards somebody tells
 * the configuration the new one: in the sandbox, its file of secrets.
 */
export const credentialRotated: Fault = async (stage, given) => {
  const { instance, random } = stage;
  const [name, { secret, moment, rotate }] = pick(random);
  const fresh = randomBytes(24).toString("base64url");
  const done = await strike(stage, given ?? moment, `credential of ${name} changed`, async () => {
    await rotate(instance, fresh);
    return "changed";
  });
  tell(instance, secret, fresh);
  return { ...done, proof: done.proof === undefined ? undefined : REFUSED.exec(done.update.output)?.[0] };
};

/**
 * The command and its engine end at once, and before anybody puts things in order the credential is changed on the server
 * and in the configuration: the state has the old one.
 */
export const credentialRotatedAfterKill: Fault = async (stage, given) => {
  const { instance, random } = stage;
  const [name, { secret, orphan, rotate }] = pick(random);
  const done = await engineKilled(stage, given ?? orphan);
  const fresh = randomBytes(24).toString("base64url");
  await rotate(instance, fresh);
  tell(instance, secret, fresh);
  return { ...done, what: `${done.what}, then credential of ${name} changed` };
};
