import { GenericRoleMapper } from "@pulumi/keycloak/genericRoleMapper.js";
import { Group } from "@pulumi/keycloak/group.js";
import { GroupRoles } from "@pulumi/keycloak/groupRoles.js";
import type { Client } from "@pulumi/keycloak/openid/client.js";
import { UserRealmRoleProtocolMapper } from "@pulumi/keycloak/openid/userRealmRoleProtocolMapper.js";
import type { Realm } from "@pulumi/keycloak/realm.js";
import { Role } from "@pulumi/keycloak/role.js";
import { User } from "@pulumi/keycloak/user.js";
import { UserGroups } from "@pulumi/keycloak/userGroups.js";
import * as pulumi from "@pulumi/pulumi";
import { RandomPassword } from "@pulumi/random/randomPassword.js";
import { consoleAddresses } from "../config/consoleClient.ts";
import type { ConsoleConfig } from "../config/index.ts";
import {
  CONSOLE,
  REALM_ENVIRONMENT_ATTRIBUTE,
  staffGroup,
  STAFF_REALM,
  STAFF_ROLES,
  type StaffRole,
} from "../config/names.ts";
import { confidentialClient, ROLES_CLAIM } from "./confidentialClient.ts";
import { hardenedRealm } from "./hardenedRealm.ts";
import type { RealmMail } from "./hardenedRealm.ts";
import { PERSONS_SETTINGS } from "./keycloakRealm.ts";

/** Inputs of {@link StaffRealm}. */
export interface StaffRealmArgs {
  readonly environment: string;
  /** Public base URL of Keycloak, without a slash at its end. */
  readonly keycloakUrl: string;
  /** Address that browsers reach the console by, without a slash at its end. */
  readonly url: string;
  /** People by login. */
  readonly staff: ConsoleConfig["staff"];
  /** Raised by one to replace the client's secret. */
  readonly generation: number;
  /** @default none: nobody can verify an address or set a forgotten password by mail */
  readonly mail?: RealmMail | undefined;
  /** Whether it is the sandbox's: plain HTTP, and passwords that need not be changed at the first log-in. */
  readonly isSandbox: boolean;
  /** Protect the realm from deletion. */
  readonly protect: boolean;
}

/**
 * What an update leaves as people have it. Login and address are the file's; who leaves it loses the account, and with it every
 * session.
 */
const STAFFS_SETTINGS = PERSONS_SETTINGS.filter((setting) => setting !== "email" && setting !== "username");

/** The groups of the staff's roles. */
type Groups = ReadonlyMap<StaffRole, Group>;

/**
 * The realm that the platform's staff log in to, hardened as tenants' realms are: a realm role and a group for each role, the
 * confidential client `console`, and the people that the stack's file names. The file says who has which role: an update takes back what somebody
 * was given by hand.
 */
export class StaffRealm extends pulumi.ComponentResource {
  readonly issuer: pulumi.Output<string>;
  readonly clientId: pulumi.Output<string>;
  /** Secret. */
  readonly clientSecret: pulumi.Output<string>;
  /** Initial passwords by login; secret. */
  readonly passwords: Readonly<Record<string, pulumi.Output<string>>>;

  constructor(name: string, args: StaffRealmArgs, opts?: pulumi.ComponentResourceOptions) {
    super("odoo:saas:StaffRealm", name, {}, opts);
    const addresses = consoleAddresses(args.url);
    const child: pulumi.CustomResourceOptions = { parent: this };
    const realm = hardenedRealm(
      name,
      {
        realm: STAFF_REALM,
        displayName: "Platform",
        enabled: true,
        attributes: { [REALM_ENVIRONMENT_ATTRIBUTE]: args.environment },
        mail: args.mail,
        allowPlainHttp: args.isSandbox,
        protect: args.protect,
      },
      child,
    );
    const { client, secret } = confidentialClient(
      name,
      {
        realm,
        clientId: CONSOLE,
        name: "Console",
        redirects: [addresses.callback],
        afterLogout: [addresses.afterLogout],
        backchannelLogout: addresses.backchannelLogout,
        secret: { generation: args.generation },
      },
      child,
    );
    const groups: Groups = new Map(STAFF_ROLES.map((role) => [role, addRole(name, role, realm, client, child)]));
    new UserRealmRoleProtocolMapper(
      `${name}-claim-roles`,
      {
        realmId: realm.realm,
        clientId: client.id,
        ...ROLES_CLAIM,
      },
      child,
    );
    this.passwords = Object.fromEntries(
      Object.entries(args.staff).map(([login, person]) => [
        login,
        addPerson(`${name}-staff-${login}`, login, person, realm, groups, !args.isSandbox, child),
      ]),
    );
    this.issuer = pulumi.interpolate`${args.keycloakUrl}/realms/${realm.realm}`;
    this.clientId = client.clientId;
    this.clientSecret = secret;
    this.registerOutputs({ issuer: this.issuer, clientId: this.clientId });
  }
}

/** A realm role, the group whose members have it, and its place in the client's tokens: a client without full scope has no other's. */
function addRole(
  name: string,
  role: StaffRole,
  realm: Realm,
  client: Client,
  opts: pulumi.CustomResourceOptions,
): Group {
  const realmRole = new Role(`${name}-role-${role}`, { realmId: realm.realm, name: role }, opts);
  const group = new Group(`${name}-group-${role}`, { realmId: realm.realm, name: staffGroup(role) }, opts);
  new GroupRoles(
    `${name}-group-${role}-roles`,
    { realmId: realm.realm, groupId: group.id, roleIds: [realmRole.id], exhaustive: true },
    opts,
  );
  new GenericRoleMapper(
    `${name}-scope-${role}`,
    { realmId: realm.realm, clientId: client.id, roleId: realmRole.id },
    opts,
  );
  return group;
}

/** Someone of the staff, in the groups of the roles. @returns the initial password, secret */
function addPerson(
  name: string,
  login: string,
  person: ConsoleConfig["staff"][string],
  realm: Realm,
  groups: Groups,
  temporary: boolean,
  opts: pulumi.CustomResourceOptions,
): pulumi.Output<string> {
  const password = new RandomPassword(`${name}-password`, { length: 24, special: false }, opts);
  const [, first, last] = /^(.*) (\S+)$/.exec(person.name) ?? [undefined, person.name, undefined];
  const user = new User(
    name,
    {
      realmId: realm.realm,
      username: login,
      email: person.email.toLowerCase(),
      // The stack's file was reviewed; the password reaches the person by another way than the address.
      emailVerified: true,
      enabled: true,
      firstName: first,
      ...(last === undefined ? {} : { lastName: last }),
      initialPassword: { value: password.result, temporary },
    },
    // Not protected: whoever leaves the file must lose the account.
    { ...opts, ignoreChanges: [...STAFFS_SETTINGS] },
  );
  const groupIds = person.roles.flatMap((role) => groups.get(role)?.id ?? []);
  new UserGroups(`${name}-groups`, { realmId: realm.realm, userId: user.id, groupIds, exhaustive: true }, opts);
  return password.result;
}
