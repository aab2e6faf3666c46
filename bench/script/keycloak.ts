import { z } from "zod";
import { HttpClient } from "./http.ts";
import type { Answer } from "./http.ts";
import { list, record, seconds, text, word } from "./values.ts";
import type { Plain, Properties } from "./values.ts";

/** Keycloak makes a realm's keys and roles for seconds: more at once only queue. Pulumi's own default here is 8 resources. */
const CONNECTIONS = 8;

/** Keycloak's admin API with a service account. */
export class Keycloak {
  readonly #http: HttpClient;
  readonly #login: string;
  readonly #realm: string;
  #token: Promise<string> | undefined;

  constructor(provider: Properties) {
    this.#http = new HttpClient({ url: text(provider["url"]), connections: CONNECTIONS });
    this.#realm = text(provider["realm"]);
    this.#login = new URLSearchParams({
      grant_type: "client_credentials",
      client_id: text(provider["clientId"]),
      client_secret: text(provider["clientSecret"]),
    }).toString();
  }

  /** Makes an object of one of the types that the program uses, and gives its id. */
  async make(type: string, inputs: Properties): Promise<string> {
    const realm = `/admin/realms/${text(inputs["realmId"] ?? inputs["realm"])}`;
    switch (type) {
      case "keycloak:index/realm:Realm":
        await this.#send("POST", "/admin/realms", realmRepresentation(inputs));
        return text(inputs["realm"]);
      case "keycloak:index/realmEvents:RealmEvents":
        await this.#send("PUT", `${realm}/events/config`, without(inputs, "realmId"));
        return realm;
      case "keycloak:openid/client:Client":
        return lastPart(await this.#send("POST", `${realm}/clients`, clientRepresentation(inputs)));
      case "keycloak:index/role:Role": {
        const roles = `${realm}/clients/${text(inputs["clientId"])}/roles`;
        await this.#send("POST", roles, { name: inputs["name"] });
        const role = record(JSON.parse((await this.#send("GET", `${roles}/${text(inputs["name"])}`)).text));
        return text(role["id"]);
      }
      case "keycloak:index/group:Group":
        return lastPart(await this.#send("POST", `${realm}/groups`, { name: inputs["name"] }));
      case "keycloak:index/groupRoles:GroupRoles":
        for (const id of list(inputs["roleIds"])) {
          const role = record(JSON.parse((await this.#send("GET", `${realm}/roles-by-id/${text(id)}`)).text));
          const mappings = `${realm}/groups/${text(inputs["groupId"])}/role-mappings/clients/${text(role["containerId"])}`;
          await this.#send("POST", mappings, [{ id: role["id"], name: role["name"] }]);
        }
        return realm;
      case "keycloak:index/user:User":
        return lastPart(await this.#send("POST", `${realm}/users`, userRepresentation(inputs)));
      case "keycloak:index/userGroups:UserGroups":
        for (const id of list(inputs["groupIds"])) {
          await this.#send("PUT", `${realm}/users/${text(inputs["userId"])}/groups/${text(id)}`);
        }
        return realm;
      case "keycloak:openid/clientOptionalScopes:ClientOptionalScopes":
        await this.#optionalScopes(realm, inputs);
        return realm;
      case "keycloak:openid/userClientRoleProtocolMapper:UserClientRoleProtocolMapper":
        return await this.#mapper(realm, inputs, "oidc-usermodel-client-role-mapper", {
          "usermodel.clientRoleMapping.clientId": inputs["clientIdForRoleMappings"],
          multivalued: inputs["multivalued"],
        });
      case "keycloak:openid/groupMembershipProtocolMapper:GroupMembershipProtocolMapper":
        return await this.#mapper(realm, inputs, "oidc-group-membership-mapper", { "full.path": inputs["fullPath"] });
      default:
        throw new Error(`bench/script/keycloak.ts does not know how to make a ${type}`);
    }
  }

  close(): void {
    this.#http.close();
  }

  async #mapper(realm: string, inputs: Properties, protocolMapper: string, config: Properties): Promise<string> {
    const all = {
      ...config,
      "claim.name": inputs["claimName"],
      "id.token.claim": inputs["addToIdToken"],
      "access.token.claim": inputs["addToAccessToken"],
      "userinfo.token.claim": inputs["addToUserinfo"],
    };
    const answer = await this.#send("POST", `${realm}/clients/${text(inputs["clientId"])}/protocol-mappers/models`, {
      name: inputs["name"],
      protocol: "openid-connect",
      protocolMapper,
      config: Object.fromEntries(Object.entries(all).map(([name, value]) => [name, word(value)])),
    });
    return lastPart(answer);
  }

  /** Leaves a client the optional scopes that are named, of those that Keycloak gives to every client. */
  async #optionalScopes(realm: string, inputs: Properties): Promise<void> {
    const path = `${realm}/clients/${text(inputs["clientId"])}/optional-client-scopes`;
    const wanted = list(inputs["optionalScopes"]).map(text);
    const given: unknown = JSON.parse((await this.#send("GET", path)).text);
    for (const scope of z.array(z.object({ id: z.string(), name: z.string() })).parse(given)) {
      if (!wanted.includes(scope.name)) await this.#send("DELETE", `${path}/${scope.id}`);
    }
  }

  /** Sends a request, and logs in again when the token is too old or from before the realm existed. */
  async #send(method: string, path: string, body?: Plain): Promise<Answer> {
    for (let attempt = 0; ; attempt++) {
      const token = await (this.#token ??= this.#logIn());
      const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
      const answer = await this.#http.request(
        method,
        path,
        headers,
        body === undefined ? undefined : JSON.stringify(body),
      );
      if (answer.status < 300) return answer;
      if ((answer.status !== 401 && answer.status !== 403) || attempt === 2) {
        throw new Error(`Keycloak: ${method} ${path}: ${answer.status} ${answer.text.slice(0, 300)}`);
      }
      this.#token = undefined;
    }
  }

  async #logIn(): Promise<string> {
    const path = `/realms/${this.#realm}/protocol/openid-connect/token`;
    const headers = { "content-type": "application/x-www-form-urlencoded" };
    const { status, text: answer } = await this.#http.request("POST", path, headers, this.#login);
    if (status !== 200) throw new Error(`Keycloak: log-in: ${status} ${answer.slice(0, 300)}`);
    return text(record(JSON.parse(answer))["access_token"]);
  }
}

function realmRepresentation(inputs: Properties): Properties {
  const defenses = record(inputs["securityDefenses"]);
  const { maxLoginFailures, failureResetTimeSeconds, ...bruteForce } = record(defenses["bruteForceDetection"]);
  const durations = Object.entries(inputs).filter(([name]) => /(Lifespan|LifespanLogin|IdleTimeout)$/.test(name));
  return {
    ...without(inputs, "securityDefenses"),
    ...Object.fromEntries(durations.map(([name, value]) => [name, seconds(text(value))])),
    ...bruteForce,
    bruteForceProtected: true,
    failureFactor: maxLoginFailures,
    maxDeltaTimeSeconds: failureResetTimeSeconds,
    browserSecurityHeaders: defenses["headers"],
  };
}

function clientRepresentation(inputs: Properties): Properties {
  return {
    ...Object.fromEntries(
      Object.entries(inputs).filter(([name]) => /^(clientId|name|enabled|webOrigins|.*Enabled|.*Allowed)$/.test(name)),
    ),
    protocol: "openid-connect",
    publicClient: inputs["accessType"] === "PUBLIC",
    secret: inputs["clientSecret"],
    redirectUris: inputs["validRedirectUris"],
    attributes: {
      "pkce.code.challenge.method": inputs["pkceCodeChallengeMethod"],
      "post.logout.redirect.uris": list(inputs["validPostLogoutRedirectUris"]).map(text).join("##"),
    },
  };
}

function userRepresentation(inputs: Properties): Properties {
  const { value, temporary } = record(inputs["initialPassword"]);
  return {
    username: inputs["username"],
    email: inputs["email"],
    emailVerified: inputs["emailVerified"],
    enabled: inputs["enabled"],
    credentials: [{ type: "password", value, temporary }],
  };
}

function without(inputs: Properties, name: string): Properties {
  return Object.fromEntries(Object.entries(inputs).filter(([other]) => other !== name));
}

function lastPart({ location }: Answer): string {
  return location.slice(location.lastIndexOf("/") + 1);
}
