import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { PostgresLogin } from "../../lib/postgresLogin.ts";
import { BackupError } from "./backupError.ts";
import { run } from "./programs.ts";

/**
 * Runs Odoo's own `odoo neutralize` on a database, with the release's image or an equal installation: every installed
 * module's `data/neutralize.sql` in one transaction.
 */
export type OdooNeutralize = (target: PostgresLogin) => Promise<void>;

/** How much of Odoo's log a message shows. */
const SHOWN_LINES = 20;

/** The last lines of Odoo's log, indented. */
export function endOfLog(log: string): string {
  return log
    .trim()
    .split("\n")
    .slice(-SHOWN_LINES)
    .map((line) => `  ${line}`)
    .join("\n");
}

/** What {@link neutralizeByCommand} runs, and with what. */
export interface OdooCommand {
  /** As a shell reads it, such as `/opt/odoo/odoo-bin --addons-path=/opt/addons`. */
  readonly command: string;
  readonly env: NodeJS.ProcessEnv;
  /** Private folder for the configuration file, which holds the database password. */
  readonly folder: string;
}

/** Neutralizes with an Odoo of this machine. Its modules must be those of the release. @throws BackupError */
export function neutralizeByCommand({ command, env, folder }: OdooCommand): OdooNeutralize {
  return async (target) => {
    const file = join(folder, `odoo-${target.database}.conf`);
    const settings = {
      db_host: target.host,
      db_port: target.port,
      db_user: target.user,
      db_password: target.password,
      db_sslmode: target.sslmode,
    };
    const lines = Object.entries(settings).map(([key, value]) => `${key} = ${value}\n`);
    writeFileSync(file, `[options]\n${lines.join("")}`, { mode: 0o600 });
    const args = ["neutralize", `--config=${file}`, `--database=${target.database}`];
    const { status, stdout, stderr } = await run("/bin/sh", ["-c", `${command} "$@"`, "odoo", ...args], { env });
    if (status === 0) return;
    throw new BackupError(
      `"${command} neutralize" ended with status ${status}, expected Odoo of the release with all modules of database ${target.database}:\n${endOfLog(`${stdout}\n${stderr}`)}`,
      "restore",
    );
  };
}
