import type { ClientConfig } from "pg";

/** PostgreSQL's `sslmode`s as libpq defines them, without those that fall back to plain text (`allow`, `prefer`). */
export const SSL_MODES = ["disable", "require", "verify-ca", "verify-full"] as const;

/** One of {@link SSL_MODES}. */
export type SslMode = (typeof SSL_MODES)[number];

/**
 * What libpq means by an `sslmode`, for `pg.Client`. Trusted are the authorities that Node trusts, with those of NODE_EXTRA_CA_CERTS.
 * https://www.postgresql.org/docs/current/libpq-ssl.html#LIBPQ-SSL-PROTECTION
 */
export function tlsFor(mode: SslMode): Exclude<ClientConfig["ssl"], undefined> {
  switch (mode) {
    case "disable":
      return false;
    case "require":
      return { rejectUnauthorized: false };
    case "verify-ca":
      return { rejectUnauthorized: true, checkServerIdentity: () => undefined };
    case "verify-full":
      return { rejectUnauthorized: true };
  }
}
