// Runs the Pulumi CLI with a state service of its own, and ends when both have:
//
//   node host.ts <folder of the states> <version of the CLI> <path of the CLI> [its arguments]
//
// A process of its own, because an update goes on when the command that started it ends.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { watchPulumi } from "../../lib/pulumi.ts";
import { FolderStore } from "./folderStore.ts";
import { ORGANIZATION } from "./stackKeys.ts";
import { RUNBOOK } from "./stateError.ts";
import { StateService } from "./stateService.ts";

const [folder, version, program, ...args] = process.argv.slice(2);
if (folder === undefined || version === undefined || program === undefined) {
  console.error("usage: node host.ts <folder> <version> <program> [arguments]");
  process.exit(2);
}
process.exitCode = await host(folder, version, program, args);

/** @returns the CLI's exit status */
async function host(states: string, engine: string, cli: string, words: readonly string[]): Promise<number> {
  let pid = 0;
  const service = new StateService({
    store: new FolderStore(states),
    engine: { version: engine, env: process.env },
    pids: () => [pid, process.pid],
    log: (line) => console.error(line),
  });
  const url = await service.start();
  const credentials = writeCredentials(url, service.token);
  const child = watchPulumi(words, {
    program: cli,
    cwd: process.cwd(),
    env: {
      ...process.env,
      PULUMI_BACKEND_URL: url,
      PULUMI_CREDENTIALS_PATH: credentials,
      // Somebody's own, for another service.
      PULUMI_ACCESS_TOKEN: undefined,
      PULUMI_DEFAULT_ORG: undefined,
    },
  });
  pid = child.pid ?? 0;
  // They reach the CLI itself, which ends what it has begun; a second one would make it stop at once.
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => undefined);
  const { status, signal } = await child.exit.finally(() => rmSync(credentials, { recursive: true, force: true }));
  if (signal !== undefined) console.error(`pulumi was ended by ${signal}. See ${RUNBOOK}`);
  try {
    await service.stop();
    return status;
  } catch (error) {
    console.error(
      `The state could not be written: ${error instanceof Error ? error.message : String(error)}\n` +
        `What was done is in its journal, and the next command of this project takes it into the state. See ${RUNBOOK}`,
    );
    return status === 0 ? 1 : status;
  }
}

/** The CLI's file of credentials, for this run alone: in its environment, the token would be the program's, too. */
function writeCredentials(url: string, token: string): string {
  const path = mkdtempSync(join(tmpdir(), "odoo-saas-state-"));
  const account = {
    accessToken: token,
    username: ORGANIZATION,
    organizations: [ORGANIZATION],
    lastValidatedAt: new Date().toISOString(),
  };
  const content = { current: url, accessTokens: { [url]: token }, accounts: { [url]: account } };
  writeFileSync(join(path, "credentials.json"), JSON.stringify(content), { mode: 0o600 });
  return path;
}
