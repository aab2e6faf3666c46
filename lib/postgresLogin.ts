import type { SslMode } from "./postgresTls.ts";

/** Where a PostgreSQL server is, and the role that logs in to one of its databases. */
export interface PostgresLogin {
  readonly host: string;
  readonly port: number;
  readonly database: string;
  readonly user: string;
  readonly password: string;
  readonly sslmode: SslMode;
}
