import { UserClientRoleProtocolMapper } from "@pulumi/keycloak/openid/userClientRoleProtocolMapper.js";
import type { Realm } from "@pulumi/keycloak/realm.js";
import { Role } from "@pulumi/keycloak/role.js";
import type { User } from "@pulumi/keycloak/user.js";
import { UserRoles } from "@pulumi/keycloak/userRoles.js";
import type * as pulumi from "@pulumi/pulumi";
import { consoleAddresses, consoleClientSecret } from "../config/consoleClient.ts";
import { CONSOLE, CONSOLE_ADMIN_ROLE } from "../config/names.ts";
import { confidentialClient, ROLES_CLAIM } from "./confidentialClient.ts";

/** The console, as the realm of a tenant needs to know it. */
export interface ConsoleAccess {
  /** Address that browsers reach the console by, without a slash at its end. */
  readonly url: string;
  /** Key that the secrets of all tenants' clients are made of; secret. */
  readonly key: pulumi.Output<string>;
}

/** Inputs of {@link addConsoleAccess}. */
export interface ConsoleAccessArgs extends ConsoleAccess {
  readonly tenant: string;
  readonly realm: Realm;
  /** The first administrator, whom the tenant's file names as its owner. */
  readonly user: User;
}

/**
 * Lets the first administrator of a tenant's realm log in to the console: a confidential client `console` of the realm, and a role of that
 * client. The role is the client's own, so that no other client's tokens have it. The console believes it only of the
 * person whom the tenant's file names, and only for this tenant.
 */
export function addConsoleAccess(
  name: string,
  { realm, user, tenant, url, key }: ConsoleAccessArgs,
  child: pulumi.CustomResourceOptions,
): void {
  const { callback, afterLogout, backchannelLogout } = consoleAddresses(url, tenant);
  const { client } = confidentialClient(
    `${name}-console`,
    {
      realm,
      clientId: CONSOLE,
      name: "Console",
      redirects: [callback],
      afterLogout: [afterLogout],
      backchannelLogout,
      secret: key.apply((value) => consoleClientSecret(value, tenant)),
    },
    child,
  );
  const role = new Role(
    `${name}-console-role`,
    { realmId: realm.realm, clientId: client.id, name: CONSOLE_ADMIN_ROLE },
    child,
  );
  new UserRoles(
    `${name}-console-administrator`,
    { realmId: realm.realm, userId: user.id, roleIds: [role.id], exhaustive: false },
    child,
  );
  new UserClientRoleProtocolMapper(
    `${name}-console-claim-roles`,
    {
      realmId: realm.realm,
      clientId: client.id,
      clientIdForRoleMappings: CONSOLE,
      ...ROLES_CLAIM,
    },
    child,
  );
}
