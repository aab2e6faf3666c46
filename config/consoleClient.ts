import { createHmac } from "node:crypto";

/** Addresses of the console that its client in a realm names. */
export interface ConsoleAddresses {
  /** Where a log-in returns to. */
  readonly callback: string;
  /** Where Keycloak says that a session has ended. */
  readonly backchannelLogout: string;
  /** Where a log-out returns to. */
  readonly afterLogout: string;
}

/**
 * The console's addresses for one realm. Each realm has its own, so that an answer of one is never taken for another's
 * (RFC 9700, 4.4.2.2).
 *
 * @param url where browsers reach the console, without a slash at its end
 * @param tenant whose realm it is; undefined: the staff's
 */
export function consoleAddresses(url: string, tenant?: string): ConsoleAddresses {
  const realm = tenant === undefined ? "" : `/${tenant}`;
  return {
    callback: `${url}/auth/callback${realm}`,
    backchannelLogout: `${url}/auth/backchannel-logout${realm}`,
    afterLogout: `${url}/`,
  };
}

/**
 * Secret of the client `console` in a tenant's realm: HMAC-SHA256 of the tenant's id. The console's server has the key alone,
 * so that it knows a new tenant's secret without a restart, and no secret says anything of another.
 *
 * @param key what all of them are made of; secret
 */
export function consoleClientSecret(key: string, tenant: string): string {
  return createHmac("sha256", key).update(`console ${tenant}`).digest("base64url");
}
