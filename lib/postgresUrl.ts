import type { ClientConfig } from "pg";
import { z } from "zod";
import { SSL_MODES, tlsFor } from "./postgresTls.ts";

const sslMode = z.enum(SSL_MODES).default("verify-full");

/**
 * What `pg` needs to connect to an address.
 *
 * @param url such as `postgresql://user:password@host:5432/name`; its `sslmode` is verify-full unless it says another
 * @returns undefined for what is not such an address
 */
export function readPostgresUrl(
  url: string,
): Pick<ClientConfig, "host" | "port" | "database" | "user" | "password" | "ssl"> | undefined {
  const address = URL.parse(url);
  const mode = sslMode.safeParse(address?.searchParams.get("sslmode") ?? undefined);
  if (address === null || !/^postgres(?:ql)?:$/.test(address.protocol) || !mode.success) return undefined;
  return {
    host: address.hostname.replace(/^\[(.*)\]$/, "$1"),
    port: Number(address.port || 5432),
    database: decodeURIComponent(address.pathname.slice(1)),
    user: decodeURIComponent(address.username),
    password: decodeURIComponent(address.password),
    ssl: tlsFor(mode.data),
  };
}
