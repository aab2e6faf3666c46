import { z } from "zod";
import { UserError } from "./userError.ts";
import { retry } from "./retry.ts";

/** Keycloak could not be asked; the message says what was asked, and what to look at. */
export class KeycloakError extends UserError {
  override readonly name = "KeycloakError";
}

/** Where and as whom to log in: the program's own service account. */
export interface KeycloakLogin {
  readonly url: string;
  readonly adminRealm: string;
  readonly clientId: string;
  readonly clientSecret: string;
}

const token = z.object({ access_token: z.string() });
const realm = z.object({ attributes: z.record(z.string(), z.string()).default({}) });

const objects = z.array(z.record(z.string(), z.unknown()));
/** Users asked for in one request. */
const USERS_AT_ONCE = 500;

/** Seconds that a request may take. */
const TIMEOUT_SECONDS = 30;

/** The few calls of Keycloak's admin API that the commands need beside the provider. */
export class KeycloakAdmin {
  readonly #url: string;
  readonly #token: string;

  private constructor(url: string, accessToken: string) {
    this.#url = url;
    this.#token = accessToken;
  }

  /** Logs in with client credentials. @throws KeycloakError */
  static async logIn({ url, adminRealm, clientId, clientSecret }: KeycloakLogin): Promise<KeycloakAdmin> {
    const response = await request(`${url}/realms/${encodeURIComponent(adminRealm)}/protocol/openid-connect/token`, {
      method: "POST",
      body: new URLSearchParams({ grant_type: "client_credentials", client_id: clientId, client_secret: clientSecret }),
    });
    if (!response.ok) {
      throw new KeycloakError(
        `Keycloak at ${url} refused client ${clientId} (status ${response.status}): check odoo-saas:keycloak and the secret odoo-saas:keycloakClientSecret`,
      );
    }
    return new KeycloakAdmin(url, token.parse(await response.json()).access_token);
  }

  /** Attributes of a realm; undefined when there is no such realm. @throws KeycloakError */
  async realmAttributes(name: string): Promise<Readonly<Record<string, string>> | undefined> {
    const response = await request(`${this.#url}/admin/realms/${encodeURIComponent(name)}`, {
      headers: { authorization: `Bearer ${this.#token}` },
    });
    if (response.status === 404) return undefined;
    if (!response.ok) {
      throw new KeycloakError(
        `Keycloak at ${this.#url} does not show realm ${name} (status ${response.status}): the program's client may only see realms that it made`,
      );
    }
    return realm.parse(await response.json()).attributes;
  }

  /**
   * What a path below a realm lists: `clients`, `groups`, … None when the realm or what the path goes through is missing.
   *
   * @throws KeycloakError
   */
  async list(realmName: string, path: string): Promise<readonly Readonly<Record<string, unknown>>[]> {
    const response = await request(`${this.#url}/admin/realms/${encodeURIComponent(realmName)}/${path}`, {
      headers: { authorization: `Bearer ${this.#token}` },
    });
    if (response.status === 404) return [];
    if (!response.ok) {
      throw new KeycloakError(
        `Keycloak at ${this.#url} does not list ${path} of realm ${realmName} (status ${response.status}): the program's client may only see realms that it made`,
      );
    }
    return objects.parse(await response.json());
  }

  /**
   * A realm as Keycloak's partial export gives it: settings, clients, roles and groups, with every secret masked.
   *
   * @throws KeycloakError
   */
  async exportRealm(name: string): Promise<unknown> {
    return this.#realmPart(name, "partial-export?exportClients=true&exportGroupsAndRoles=true", "POST");
  }

  /** A realm's users, without their credentials, which Keycloak gives to nobody. @throws KeycloakError */
  async users(name: string): Promise<unknown[]> {
    const users: unknown[] = [];
    for (;;) {
      const path = `users?briefRepresentation=false&first=${users.length}&max=${USERS_AT_ONCE}`;
      const page = z.array(z.unknown()).parse(await this.#realmPart(name, path, "GET"));
      users.push(...page);
      if (page.length < USERS_AT_ONCE) return users;
    }
  }

  /** Makes a person who can log in at once. @returns the id @throws KeycloakError */
  async addUser(realmName: string, username: string, password: string): Promise<string> {
    const path = `${this.#url}/admin/realms/${encodeURIComponent(realmName)}/users`;
    const response = await request(path, {
      method: "POST",
      headers: { authorization: `Bearer ${this.#token}`, "content-type": "application/json" },
      body: JSON.stringify({
        username,
        email: `${username}@smoke.invalid`,
        firstName: "Smoke",
        lastName: "Test",
        enabled: true,
        emailVerified: true,
        credentials: [{ type: "password", value: password, temporary: false }],
      }),
    });
    const id = response.headers.get("location")?.split("/").at(-1);
    if (response.status === 201 && id !== undefined) return id;
    throw new KeycloakError(`Keycloak at ${this.#url} makes no user in realm ${realmName} (status ${response.status})`);
  }

  /** Puts a person into a group. @throws KeycloakError */
  async joinGroup(realmName: string, user: string, group: string): Promise<void> {
    const found = (await this.list(realmName, `groups?exact=true&search=${encodeURIComponent(group)}`)).find(
      ({ name }) => name === group,
    );
    if (typeof found?.["id"] !== "string") {
      throw new KeycloakError(
        `Realm ${realmName} has no group ${group}, expected the one that components/keycloakRealm.ts makes`,
      );
    }
    const path = `users/${encodeURIComponent(user)}/groups/${encodeURIComponent(found["id"])}`;
    const response = await request(`${this.#url}/admin/realms/${encodeURIComponent(realmName)}/${path}`, {
      method: "PUT",
      headers: { authorization: `Bearer ${this.#token}` },
    });
    if (response.status !== 204) {
      throw new KeycloakError(
        `Keycloak at ${this.#url} does not put user ${user} into group ${group} (status ${response.status})`,
      );
    }
  }

  /** Removes a person. @throws KeycloakError */
  async removeUser(realmName: string, id: string): Promise<void> {
    const path = `${this.#url}/admin/realms/${encodeURIComponent(realmName)}/users/${encodeURIComponent(id)}`;
    const response = await request(path, { method: "DELETE", headers: { authorization: `Bearer ${this.#token}` } });
    if (response.status !== 204 && response.status !== 404) {
      throw new KeycloakError(`Keycloak at ${this.#url} does not remove user ${id} (status ${response.status})`);
    }
  }

  async #realmPart(name: string, path: string, method: string): Promise<unknown> {
    const response = await request(`${this.#url}/admin/realms/${encodeURIComponent(name)}/${path}`, {
      method,
      headers: { authorization: `Bearer ${this.#token}` },
    });
    if (response.ok) return response.json();
    throw new KeycloakError(
      `Keycloak at ${this.#url} does not export realm ${name} (status ${response.status}): the program's client must have made it, or be its administrator`,
    );
  }
}

/** Every request here may be sent again: none makes anything. */
async function request(url: string, init: RequestInit): Promise<Response> {
  try {
    return await retry(`Keycloak at ${new URL(url).origin}`, () =>
      fetch(url, { ...init, signal: AbortSignal.timeout(TIMEOUT_SECONDS * 1000) }),
    );
  } catch (error) {
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause.message : String(error);
    throw new KeycloakError(`Keycloak does not answer at ${new URL(url).origin}: ${cause}`);
  }
}
