import { Group } from "@pulumi/keycloak/group.js";
import { GroupRoles } from "@pulumi/keycloak/groupRoles.js";
import { IdentityProvider as OidcIdentityProvider } from "@pulumi/keycloak/oidc/identityProvider.js";
import type { Client } from "@pulumi/keycloak/openid/client.js";
import { GroupMembershipProtocolMapper } from "@pulumi/keycloak/openid/groupMembershipProtocolMapper.js";
import { UserClientRoleProtocolMapper } from "@pulumi/keycloak/openid/userClientRoleProtocolMapper.js";
import type { Realm } from "@pulumi/keycloak/realm.js";
import { Role } from "@pulumi/keycloak/role.js";
import { User } from "@pulumi/keycloak/user.js";
import { UserGroups } from "@pulumi/keycloak/userGroups.js";
import * as pulumi from "@pulumi/pulumi";
import { RandomPassword } from "@pulumi/random/randomPassword.js";
import { OIDC_CLIENT_ID, REALM_ENVIRONMENT_ATTRIBUTE, REALM_TENANT_ATTRIBUTE, realmName } from "../config/names.ts";
import { confidentialClient } from "./confidentialClient.ts";
import { addConsoleAccess } from "./consoleAccess.ts";
import type { ConsoleAccess } from "./consoleAccess.ts";
import { hardenedRealm } from "./hardenedRealm.ts";
import type { RealmMail } from "./hardenedRealm.ts";

/** The company's own OpenID Connect provider, which the realm brokers to. */
export interface IdentityProvider {
  /**
   * Name in the realm's URLs; part of the callback that the company registers: `<realm>/broker/<alias>/endpoint`.
   *
   * @example "entra"
   */
  readonly alias: string;
  /** Text of the button on the login page. */
  readonly displayName: string;
  readonly issuer: string;
  readonly authorizationUrl: string;
  readonly tokenUrl: string;
  readonly jwksUrl: string;
  readonly clientId: string;
  readonly clientSecret: pulumi.Input<string>;
}

/** Inputs of {@link KeycloakRealm}. */
export interface KeycloakRealmArgs {
  /** Tenant id; the realm's name is made from it. */
  readonly tenant: string;
  /** Shown on the login page. */
  readonly displayName: string;
  /** Marks the realm, so that one whose creation was cut off can be recognised as this platform's own. */
  readonly environment: string;
  /**
   * Public base URL of Keycloak, without a slash at its end.
   *
   * @example "https://login.example"
   */
  readonly keycloakUrl: string;
  /**
   * Hosts that Odoo answers on, the platform's first.
   *
   * @example ["acme.odoo.example", "erp.acme.example"]
   */
  readonly hosts: readonly string[];
  /** False for a tenant that is not active: logins are refused, everything is kept. */
  readonly enabled: boolean;
  /** Raised by one to replace the client's secret. */
  readonly generation: number;
  /** Address of the first administrator, who exists from the beginning. */
  readonly administrator: string;
  /** @default none: nobody can verify an address or set a forgotten password by mail */
  readonly mail?: RealmMail;
  /**
   * Broker to the company's own identity provider.
   *
   * @default none
   */
  readonly identityProvider?: IdentityProvider;
  /**
   * The console that the first administrator may log in to.
   *
   * @default none
   */
  readonly console?: ConsoleAccess;
  /** Whether plain HTTP is allowed from private addresses; only the sandbox, whose Keycloak has no certificate. */
  readonly allowPlainHttp: boolean;
  /** Protect the realm (its users are data) from deletion. */
  readonly protect: boolean;
}

/** Roles of the `odoo` client, each given by the group of the same name in the plural. */
const ROLES = ["odoo-user", "odoo-admin"] as const;

/** What people may change of the first administrator once the account is there: everything but its realm. */
export const PERSONS_SETTINGS = [
  "attributes",
  "email",
  "emailVerified",
  "enabled",
  "federatedIdentities",
  "firstName",
  "initialPassword",
  "lastName",
  "requiredActions",
  "username",
] as const;

/**
 * A tenant's Keycloak realm: the single sign-on template, the confidential `odoo` client (authorization code with PKCE),
 * a group for each client role, the claims that Odoo reads them from, and the first administrator.
 */
export class KeycloakRealm extends pulumi.ComponentResource {
  readonly realm: pulumi.Output<string>;
  readonly issuer: pulumi.Output<string>;
  readonly clientId: pulumi.Output<string>;
  readonly clientSecret: pulumi.Output<string>;
  /** The first administrator's log-in; the password holds until they have set their own. */
  readonly administrator: { readonly username: pulumi.Output<string>; readonly password: pulumi.Output<string> };

  constructor(name: string, args: KeycloakRealmArgs, opts?: pulumi.ComponentResourceOptions) {
    super("odoo:saas:KeycloakRealm", name, {}, opts);
    const child: pulumi.CustomResourceOptions = { parent: this };

    const realm = hardenedRealm(
      name,
      {
        realm: realmName(args.tenant),
        displayName: args.displayName,
        enabled: args.enabled,
        attributes: { [REALM_TENANT_ATTRIBUTE]: args.tenant, [REALM_ENVIRONMENT_ATTRIBUTE]: args.environment },
        mail: args.mail,
        allowPlainHttp: args.allowPlainHttp,
        protect: args.protect,
      },
      child,
    );
    const { client, secret } = confidentialClient(
      name,
      {
        realm,
        clientId: OIDC_CLIENT_ID,
        name: "Odoo",
        redirects: args.hosts.map((host) => `https://${host}/auth_oauth/signin`),
        afterLogout: args.hosts.map((host) => `https://${host}/web/login`),
        secret: { generation: args.generation },
      },
      child,
    );

    const groups = ROLES.map((role) => grantByGroup(name, role, realm, client, child));
    addClaims(name, realm, client, child);
    if (args.identityProvider) addBroker(name, realm, args.identityProvider, child);

    const { user, ...administrator } = addAdministrator(name, realm, groups, args, child);
    this.administrator = administrator;
    if (args.console) addConsoleAccess(name, { realm, user, tenant: args.tenant, ...args.console }, child);

    this.realm = realm.realm;
    this.issuer = pulumi.interpolate`${args.keycloakUrl}/realms/${realm.realm}`;
    this.clientId = client.clientId;
    this.clientSecret = secret;
    this.registerOutputs({ realm: this.realm, issuer: this.issuer, clientId: this.clientId });
  }
}

/**
 * The owner that the tenant's file names, in every group, with a password to be changed at the first log-in. From then on
 * the account is the company's: no update changes it, puts it back into a group, or enables it again.
 */
function addAdministrator(
  name: string,
  realm: Realm,
  groups: readonly Group[],
  { administrator, protect }: Pick<KeycloakRealmArgs, "administrator" | "protect">,
  opts: pulumi.CustomResourceOptions,
): KeycloakRealm["administrator"] & { readonly user: User } {
  const password = new RandomPassword(`${name}-administrator-password`, { length: 24, special: false }, opts);
  const user = new User(
    `${name}-administrator`,
    {
      realmId: realm.realm,
      username: administrator.toLowerCase(),
      email: administrator.toLowerCase(),
      // The tenant's file was reviewed; the password reaches the owner by another way than the address.
      emailVerified: true,
      enabled: true,
      initialPassword: { value: password.result, temporary: true },
    },
    { ...opts, protect, ignoreChanges: [...PERSONS_SETTINGS] },
  );
  new UserGroups(
    `${name}-administrator-groups`,
    { realmId: realm.realm, userId: user.id, groupIds: groups.map(({ id }) => id), exhaustive: false },
    { ...opts, ignoreChanges: ["groupIds"] },
  );
  return { username: user.username, password: password.result, user };
}

/** A client role, and the group whose members have it. */
function grantByGroup(
  name: string,
  role: (typeof ROLES)[number],
  realm: Realm,
  client: Client,
  opts: pulumi.CustomResourceOptions,
): Group {
  const clientRole = new Role(`${name}-role-${role}`, { realmId: realm.realm, clientId: client.id, name: role }, opts);
  const group = new Group(`${name}-group-${role}s`, { realmId: realm.realm, name: `${role}s` }, opts);
  new GroupRoles(
    `${name}-group-${role}s-roles`,
    { realmId: realm.realm, groupId: group.id, roleIds: [clientRole.id], exhaustive: true },
    opts,
  );
  return group;
}

/** Puts the client's roles and the groups' names into the ID token, where Odoo's `auth_oidc` looks. */
function addClaims(name: string, realm: Realm, client: Client, opts: pulumi.CustomResourceOptions): void {
  new UserClientRoleProtocolMapper(
    `${name}-claim-roles`,
    {
      realmId: realm.realm,
      clientId: client.id,
      clientIdForRoleMappings: OIDC_CLIENT_ID,
      name: "roles",
      claimName: "roles",
      multivalued: true,
      addToIdToken: true,
      addToAccessToken: true,
      addToUserinfo: true,
    },
    opts,
  );
  new GroupMembershipProtocolMapper(
    `${name}-claim-groups`,
    {
      realmId: realm.realm,
      clientId: client.id,
      name: "groups",
      claimName: "groups",
      fullPath: false,
      addToIdToken: true,
      addToAccessToken: false,
      addToUserinfo: true,
    },
    opts,
  );
}

/** Lets the company's own accounts log in. A local account is only linked after its owner has proved the address. */
function addBroker(name: string, realm: Realm, provider: IdentityProvider, opts: pulumi.CustomResourceOptions): void {
  new OidcIdentityProvider(
    `${name}-broker`,
    {
      realm: realm.realm,
      alias: provider.alias,
      displayName: provider.displayName,
      issuer: provider.issuer,
      authorizationUrl: provider.authorizationUrl,
      tokenUrl: provider.tokenUrl,
      jwksUrl: provider.jwksUrl,
      validateSignature: true,
      clientId: provider.clientId,
      clientSecret: provider.clientSecret,
      defaultScopes: "openid profile email",
      trustEmail: false,
      storeToken: false,
      syncMode: "IMPORT",
    },
    opts,
  );
}
