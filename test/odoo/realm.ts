import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import type { Walk } from "./walk.ts";

const tokenAnswer = z.object({ access_token: z.string() });
const groups = z.array(z.object({ id: z.string(), name: z.string() }));
const users = z.array(z.looseObject({ id: z.string(), username: z.string() }));
const secrets = z.object({ keycloakClient: z.string() });

/** Groups that the platform makes in each realm. */
export type Group = "odoo-users" | "odoo-admins";

/** Somebody whom this walk has made in a realm. */
export interface Person {
  readonly id: string;
  readonly username: string;
  readonly password: string;
  readonly email: string;
}

/** A user as Keycloak shows it. */
type Shown = z.output<typeof users>[number];

/** A tenant's realm through Keycloak's admin API, as the program's own client. */
export class Realm {
  readonly issuer: string;
  readonly #url: string;
  readonly #name: string;
  readonly #secret: string;

  constructor({ own, world }: Walk) {
    this.issuer = own.realm.issuer;
    const [url = "", name = ""] = this.issuer.split("/realms/");
    this.#url = url;
    this.#name = name;
    this.#secret = secrets.parse(JSON.parse(readFileSync(join(world.home, "secrets.json"), "utf8"))).keycloakClient;
  }

  /** Makes somebody with a password that need not be changed. */
  async add(username: string, email: string, { emailVerified = true } = {}): Promise<Person> {
    const password = `Aa1-${randomBytes(18).toString("base64url")}`;
    const answer = await this.#request("POST", "/users", {
      username,
      email,
      firstName: "Odoo",
      lastName: "Check",
      enabled: true,
      emailVerified,
      credentials: [{ type: "password", value: password, temporary: false }],
    });
    const id = answer.headers.get("location")?.split("/").at(-1);
    if (id === undefined) throw new Error(`Keycloak does not say which user ${username} is`);
    return { id, username, password, email };
  }

  async join({ id }: Person, group: Group): Promise<void> {
    await this.#request("PUT", `/users/${id}/groups/${await this.#group(group)}`);
  }

  async leave({ id }: Person, group: Group): Promise<void> {
    await this.#request("DELETE", `/users/${id}/groups/${await this.#group(group)}`);
  }

  async remove({ id }: Person): Promise<void> {
    await this.#request("DELETE", `/users/${id}`);
  }

  /** The user of that name. */
  async find(username: string): Promise<Shown> {
    const answer = await this.#request("GET", `/users?exact=true&username=${encodeURIComponent(username)}`);
    const [user] = users.parse(await answer.json());
    if (user === undefined) throw new Error(`realm ${this.#name} has no user ${username}`);
    return user;
  }

  /** Sets a user to what {@link find} has shown, or a variant of it. */
  async set(user: Shown): Promise<void> {
    await this.#request("PUT", `/users/${user.id}`, user);
  }

  async #group(name: Group): Promise<string> {
    const all = groups.parse(await (await this.#request("GET", "/groups")).json());
    const id = all.find((group) => group.name === name)?.id;
    if (id === undefined) throw new Error(`realm ${this.#name} has no group ${name}`);
    return id;
  }

  /** Each with a token of its own, which lives for a minute only. */
  async #request(method: string, path: string, body?: object): Promise<Response> {
    const login = await fetch(`${this.#url}/realms/master/protocol/openid-connect/token`, {
      method: "POST",
      body: new URLSearchParams({
        grant_type: "client_credentials",
        client_id: "odoo-saas",
        client_secret: this.#secret,
      }),
    });
    const { access_token: token } = tokenAnswer.parse(await login.json());
    const answer = await fetch(`${this.#url}/admin/realms/${this.#name}${path}`, {
      method,
      headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    if (!answer.ok) throw new Error(`${method} ${path}: Keycloak answers ${answer.status} ${await answer.text()}`);
    return answer;
  }
}
