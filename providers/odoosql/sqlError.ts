import pg from "pg";
import type { Connection } from "./inputs.ts";

/** What was being done when something failed; part of every message. */
export interface Task {
  /** Such as "make the reporting views". */
  readonly what: string;
  /** Whose it is. Default: nobody's, the platform's own. */
  readonly tenant?: string | undefined;
  /** Values that must not be in a message. */
  readonly secrets: readonly string[];
}

/** A failure; its message is complete. It has no stack: Pulumi would print it, and it helps nobody at night. */
export class SqlTaskError extends Error {
  override readonly name = "odoosql";
  override readonly stack = "";
  readonly code: string | undefined;

  constructor(task: Task, connection: Connection, cause: unknown, file?: string) {
    const code = errorCode(cause);
    const where = `server ${connection.host}:${connection.port}, database "${connection.database}", role "${connection.user}"`;
    const what = task.secrets
      .filter((secret) => secret !== "")
      .reduce((text, secret) => text.replaceAll(secret, "***"), describe(cause));
    const lines = [
      `Could not ${task.what}${task.tenant === undefined ? "" : ` of tenant ${task.tenant}`}`,
      `  where: ${where}${file === undefined ? "" : `, ${file}`}`,
      `  what:  ${what}`,
      `  fix:   ${remedy(code, cause, file)}`,
      `  more:  docs/runbooks/analytics-sql.md`,
    ];
    super(lines.join("\n"));
    this.code = code;
  }
}

/** A tenant's lifecycle that stands in the way of a deletion; its message is complete. */
export class LifecycleError extends Error {
  override readonly name = "odoosql";
  override readonly stack = "";
}

/** A failure whose remedy is known where it is found. */
export class KnownProblem extends Error {
  readonly remedy: string;

  constructor(message: string, remedy: string) {
    super(message);
    this.remedy = remedy;
  }
}

/** SQLSTATE or system error code, such as `42P01` or `ECONNREFUSED`. */
export function errorCode(error: unknown): string | undefined {
  if (error instanceof pg.DatabaseError) return error.code;
  // Node tries each address of a name, and puts the failures into one.
  const inner: unknown = error instanceof AggregateError ? error.errors[0] : error;
  return inner instanceof Error && "code" in inner && typeof inner.code === "string" ? inner.code : undefined;
}

function describe(error: unknown): string {
  if (error instanceof pg.DatabaseError) {
    const parts = [
      `${error.message} (SQLSTATE ${error.code ?? "unknown"})`,
      error.detail,
      error.hint && `hint: ${error.hint}`,
    ];
    return parts.filter((part) => part !== undefined && part !== "").join("; ");
  }
  if (error instanceof AggregateError) return error.errors.map((inner) => describe(inner)).join("; ");
  return error instanceof Error ? error.message : String(error);
}

function remedy(code = "", error: unknown, file = ""): string {
  if (error instanceof KnownProblem) return error.remedy;
  const ofModel =
    file.startsWith("sql/tenant/") && !file.startsWith("sql/tenant/base/") ? MODEL_REMEDIES[code] : undefined;
  return ofModel ?? REMEDIES[code] ?? "run the same command again once the cause is gone: nothing was changed";
}

const UNREACHABLE =
  "see that the server runs and that its address and port in the stack's configuration are right, then run again";

const REMEDIES: Readonly<Record<string, string>> = {
  ECONNREFUSED: UNREACHABLE,
  ETIMEDOUT: UNREACHABLE,
  EHOSTUNREACH: UNREACHABLE,
  ENOTFOUND: UNREACHABLE,
  EAI_AGAIN: UNREACHABLE,
  "28P01":
    "the password in Pulumi's state is not the role's: raise the generation in the tenant's `credentials` (`console.generation` for the console's database) by one, or for the administrator set the right one in the stack's configuration, and run again",
  "28000": "the server does not let this role in: look at pg_hba.conf and at whether the role may log in",
  "2BP01":
    "something in the database uses what is to be made again, as the server's message names it: drop that, run again, and make it again",
  "3D000":
    "the database is missing: `pulumi refresh`, then `pulumi up`, makes it again (and empty: restore the backup first if there was data)",
  "42501":
    "the role lacks a privilege: the platform's administrator needs CREATEROLE, CREATE on the database and USAGE on postgres_fdw",
  "53300": "the server has no free connections: look in pg_stat_activity for who holds them, or raise max_connections",
  "55P03":
    "a session reads or upgrades there for longer than 30 s: end that session (pg_stat_activity, pg_blocking_pids) and run again",
  "57014": "it took longer than 5 minutes: look for a slow or blocked query in pg_stat_activity on both servers",
};

/** Where the views are made: what is missing is Odoo's. */
const MODEL_REMEDIES: Readonly<Record<string, string>> = {
  "42P01":
    "Odoo has not made the table: its init Job must have ended, and the tenant's modules must include those that sql/README.md lists for the model; else take the model out of `analytics.models`",
  "42703":
    "Odoo's tables have another shape than the model was written for (Odoo 18.0): add a version of the model below sql/ and use that",
};
