import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { world } from "./hooks.ts";
import type { World } from "./world.ts";

/**
 * Keycloak's admin API as the program's own client: what it makes, the program may see. Answers with the status.
 *
 * @param of sandbox. @default the one that all end-to-end tests share
 */
export async function asProgram(
  of: World = world(),
): Promise<(method: string, path: string, body?: unknown) => Promise<number>> {
  const tenant = Object.values(await of.tenants())[0];
  assert.ok(tenant);
  const url = tenant.realm.issuer.replace(/\/realms\/.*$/, "");
  const { keycloakClient } = z
    .looseObject({ keycloakClient: z.string() })
    .parse(JSON.parse(readFileSync(join(of.home, "secrets.json"), "utf8")));
  return async (method, path, body) => {
    const login = await fetch(`${url}/realms/master/protocol/openid-connect/token`, {
      method: "POST",
      body: new URLSearchParams({
        grant_type: "client_credentials",
        client_id: "odoo-saas",
        client_secret: keycloakClient,
      }),
    });
    const { access_token } = z.object({ access_token: z.string() }).parse(await login.json());
    const response = await fetch(`${url}/admin/realms${path}`, {
      method,
      headers: { authorization: `Bearer ${access_token}`, "content-type": "application/json" },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return response.status;
  };
}

/** What the token endpoint answers: an error, or a refresh token. */
const answer = z.object({ error: z.string().optional(), refresh_token: z.string().optional() });

/** A person with a running session in a tenant's realm. */
export interface Session {
  /** Renews the session, as a browser's tab does; Keycloak's error code, or undefined when it was renewed. */
  renew(): Promise<string | undefined>;
}

/** Makes a person and a client for tests in a tenant's realm, and logs in. */
export async function logInTo(realm: string, issuer: string): Promise<Session> {
  const keycloak = await asProgram();
  const client = { clientId: "session", publicClient: true, directAccessGrantsEnabled: true };
  assert.equal(await keycloak("POST", `/${realm}/clients`, client), 201);
  const [username, password] = ["person", "a-long-enough-passphrase-1"];
  const person = {
    username,
    email: "p@example.com",
    firstName: "P",
    lastName: "P",
    enabled: true,
    emailVerified: true,
  };
  const credentials = [{ type: "password", value: password, temporary: false }];
  assert.equal(await keycloak("POST", `/${realm}/users`, { ...person, credentials }), 201);
  const token = async (form: Readonly<Record<string, string>>) => {
    const response = await fetch(`${issuer}/protocol/openid-connect/token`, {
      method: "POST",
      body: new URLSearchParams({ client_id: client.clientId, ...form }),
    });
    return answer.parse(await response.json());
  };
  let { error, refresh_token: current } = await token({ grant_type: "password", username, password });
  assert.equal(error, undefined);
  return {
    async renew() {
      const renewed = await token({ grant_type: "refresh_token", refresh_token: current ?? "" });
      ({ error } = renewed);
      current = renewed.refresh_token ?? current;
      return error;
    },
  };
}
