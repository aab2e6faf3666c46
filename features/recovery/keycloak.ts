import { REALM_ENVIRONMENT_ATTRIBUTE, REALM_TENANT_ATTRIBUTE, STAFF_REALM } from "../../config/names.ts";
import type { KeycloakAdmin } from "../../lib/keycloakAdmin.ts";
import { textInput } from "./orphan.ts";
import type { Declared } from "../../lib/pulumi.ts";
import type { Orphan } from "./orphan.ts";

/** Type of a realm. */
export const REALM_TYPE = "keycloak:index/realm:Realm";

/** How the parts of a realm are found: the path that lists them, the key of their names, and what `pulumi import` takes. */
interface PartKind {
  readonly what: string;
  /** Input that has the name, which is also the name of the field in Keycloak's answer. */
  readonly key: string;
  /** Path below the realm; undefined while it is not known. */
  readonly path: (declared: Declared) => string | undefined;
  /** Import id from the realm and the found one's id. */
  readonly id: (realm: string, id: string, declared: Declared) => string;
}

const ofClient = (declared: Declared, rest: string): string | undefined => {
  const client = textInput(declared, "clientId");
  return client === undefined ? undefined : `clients/${encodeURIComponent(client)}/${rest}`;
};

const mapper = (what: string): PartKind => ({
  what,
  key: "name",
  path: (declared) => ofClient(declared, "protocol-mappers/models"),
  id: (realm, id, declared) => `${realm}/client/${textInput(declared, "clientId") ?? ""}/${id}`,
});

const within = (realm: string, id: string): string => `${realm}/${id}`;

/** Parts of a realm whose creation fails where there is one. */
const PARTS: Readonly<Record<string, PartKind>> = {
  "keycloak:openid/client:Client": { what: "client", key: "clientId", path: () => "clients", id: within },
  "keycloak:index/role:Role": {
    what: "role",
    key: "name",
    // The server shows a role of the realm with an empty client.
    path: (declared) => ((declared.inputs["clientId"] ?? "") === "" ? "roles" : ofClient(declared, "roles")),
    id: within,
  },
  "keycloak:index/group:Group": { what: "group", key: "name", path: () => "groups", id: within },
  "keycloak:openid/userClientRoleProtocolMapper:UserClientRoleProtocolMapper": mapper("claim"),
  "keycloak:openid/userRealmRoleProtocolMapper:UserRealmRoleProtocolMapper": mapper("claim"),
  "keycloak:openid/groupMembershipProtocolMapper:GroupMembershipProtocolMapper": mapper("claim"),
  "keycloak:oidc/identityProvider:IdentityProvider": {
    what: "identity provider",
    key: "alias",
    path: () => "identity-provider/instances",
    id: (realm, _id, declared) => `${realm}/${textInput(declared, "alias") ?? ""}`,
  },
  "keycloak:index/user:User": {
    what: "person",
    key: "username",
    path: (declared) => {
      const name = textInput(declared, "username");
      return name === undefined ? undefined : `users?exact=true&username=${encodeURIComponent(name)}`;
    },
    id: within,
  },
};

/** Parts that are set, not created: the next update sets them again. */
export const SET_TYPES: readonly string[] = [
  "keycloak:index/realmEvents:RealmEvents",
  "keycloak:index/groupRoles:GroupRoles",
  "keycloak:index/userGroups:UserGroups",
  "keycloak:index/userRoles:UserRoles",
  "keycloak:openid/clientOptionalScopes:ClientOptionalScopes",
  "keycloak:index/genericRoleMapper:GenericRoleMapper",
];

/** Types of Keycloak that can be orphaned. */
export const KEYCLOAK_TYPES: readonly string[] = [REALM_TYPE, ...Object.keys(PARTS)];

/** Finds realms and their parts that exist, and what proves whose they are. */
export class KeycloakOrphans {
  readonly #admin: KeycloakAdmin;
  readonly #url: string;
  readonly #environment: string;
  /** Realms that the stack has in its state. */
  readonly #ownRealms: ReadonlySet<string>;

  constructor(admin: KeycloakAdmin, url: string, environment: string, ownRealms: ReadonlySet<string>) {
    this.#admin = admin;
    this.#url = url;
    this.#environment = environment;
    this.#ownRealms = ownRealms;
  }

  /** What there is of a declared resource of {@link KEYCLOAK_TYPES}. @throws KeycloakError */
  find(declared: Declared): Promise<Orphan | undefined> {
    const part = PARTS[declared.type];
    return part === undefined ? this.#realm(declared) : this.#part(declared, part);
  }

  /** A realm is the tenant's, or the staff's, when it has the marks that the program gives it. */
  async #realm(declared: Declared): Promise<Orphan | undefined> {
    const name = textInput(declared, "realm");
    if (name === undefined) return undefined;
    const attributes = await this.#admin.realmAttributes(name);
    if (attributes === undefined) return undefined;
    const orphan = { id: name, what: `realm ${name} at ${this.#url}` };
    // A realm's name is its tenant's id; the staff's is no tenant's, and its name no tenant may have.
    const isStaffs = name === STAFF_REALM;
    const tenant = attributes[REALM_TENANT_ATTRIBUTE];
    const isOwn =
      attributes[REALM_ENVIRONMENT_ATTRIBUTE] === this.#environment && tenant === (isStaffs ? undefined : name);
    return isOwn
      ? { ...orphan, proof: isStaffs ? "it has the platform's mark" : "it has the tenant's mark" }
      : {
          ...orphan,
          doubt: `nothing marks it as the platform's own: expected ${isStaffs ? `no attribute ${REALM_TENANT_ATTRIBUTE}` : `attribute ${REALM_TENANT_ATTRIBUTE} = ${name}`} and ${REALM_ENVIRONMENT_ATTRIBUTE} = ${this.#environment}`,
        };
  }

  /** What is in a tenant's realm is the tenant's: only this stack's client and the platform's administrators get in there. */
  async #part(declared: Declared, kind: PartKind): Promise<Orphan | undefined> {
    const realm = textInput(declared, "realmId") ?? textInput(declared, "realm");
    const name = textInput(declared, kind.key);
    const path = kind.path(declared);
    if (realm === undefined || name === undefined || path === undefined || !this.#ownRealms.has(realm))
      return undefined;
    const all = await this.#admin.list(realm, path);
    const found = all.find((item) => item[kind.key] === name);
    if (found === undefined) return undefined;
    return {
      id: kind.id(realm, typeof found["id"] === "string" ? found["id"] : name, declared),
      what: `${kind.what} ${name} of realm ${realm} at ${this.#url}`,
      proof: "it is in the tenant's own realm, which the state has",
    };
  }
}
