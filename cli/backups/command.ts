import { parseArgs } from "node:util";
import type { ParseArgsConfig } from "node:util";
import { ConfigError } from "../../config/index.ts";
import { GitError } from "../git.ts";
import { KeycloakError } from "../keycloakAdmin.ts";
import { PulumiError } from "../pulumiCli.ts";
import { RequestRefusal } from "../requests/refusal.ts";
import { BackupError } from "./errors.ts";

/** A call that is not of the command's form: told with its usage, exit status 2. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

type Options = NonNullable<ParseArgsConfig["options"]>;

/** Parses a command's arguments. @throws UsageError */
export function parseCommand<const T extends Options>(args: readonly string[], options: T) {
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

/** The one tenant that a command names. @throws UsageError */
export function onlyTenant(positionals: readonly string[]): string {
  const [tenant, ...more] = positionals;
  if (tenant === undefined || more.length > 0) {
    throw new UsageError(`${positionals.length} tenants named, expected one`);
  }
  return tenant;
}

/** Options that name where backups and data are. */
export const PLACES = {
  repository: { type: "string" },
  data: { type: "string" },
} as const satisfies Options;

/** What is said of {@link PLACES}. */
export const PLACES_USAGE = `  --repository FOLDER  folder of repositories, a repository a tenant in it (also restic's s3:https://…). Default:
                       ODOO_SAAS_BACKUPS, else the stack's object store
  --data FOLDER        Odoo's data folder, with filestore/<database> in it. Default: ODOO_SAAS_DATA`;

/**
 * Runs a command and sets the exit status: 0 fine, 1 refused or failed, 2 wrong call. What a person can mend is told
 * without a stack trace.
 */
export async function runCommand(usage: string, main: (args: readonly string[]) => Promise<boolean>): Promise<void> {
  for (const [signal, status] of [
    ["SIGINT", 130],
    ["SIGTERM", 143],
    ["SIGHUP", 129],
  ] as const) {
    // Ended by exit handlers: what was started, and what is secret.
    process.on(signal, () => process.exit(status));
  }
  try {
    process.exitCode = (await main(process.argv.slice(2))) ? 0 : 1;
  } catch (error) {
    if (error instanceof UsageError) {
      console.error(`${error.message}\n\n${usage}`);
      process.exitCode = 2;
    } else if (isExpected(error)) {
      console.error(error.message);
      process.exitCode = 1;
    } else {
      throw error;
    }
  }
}

/** Whether an error is one that its reader can mend. */
export function isExpected(error: unknown): error is Error {
  return [BackupError, ConfigError, GitError, KeycloakError, PulumiError, RequestRefusal].some(
    (kind) => error instanceof kind,
  );
}
