import { spawn } from "node:child_process";
import { generateKeyPairSync } from "node:crypto";
import { once } from "node:events";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { PROJECT_ROOT } from "../../lib/projectRoot.ts";
import { freePort } from "../../sandbox/instance.ts";

/** Milliseconds that it may take to listen, and between two looks. */
const [PATIENCE, RHYTHM] = [30_000, 50];

/** A console's server that runs. */
export interface ConsoleServer {
  readonly url: string;
  /** Of the realm that people's sessions are of, which does not exist. */
  readonly issuer: string;
  readonly pid: number;
  readonly stop: () => Promise<void>;
}

/** Starts the console's server as a process of its own. @param env with its database and clone */
export async function startConsoleServer(env: NodeJS.ProcessEnv, signal: AbortSignal): Promise<ConsoleServer> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const issuer = "http://127.0.0.1:9/realms/platform";
  const { privateKey } = generateKeyPairSync("ed25519", {
    privateKeyEncoding: { type: "pkcs8", format: "pem" },
    publicKeyEncoding: { type: "spki", format: "pem" },
  });
  const child = spawn(process.execPath, [join(PROJECT_ROOT, "console/server/main.ts")], {
    env: {
      ...env,
      CONSOLE_URL: url,
      CONSOLE_PORT: String(port),
      CONSOLE_LISTEN: "127.0.0.1",
      CONSOLE_STAFF_ISSUER: issuer,
      CONSOLE_STAFF_CLIENT_SECRET: "generated",
      CONSOLE_REQUESTS_URL: "http://127.0.0.1:9",
      CONSOLE_REQUESTS_SECRET: "generated",
      CONSOLE_REQUESTS_LOGIN: "odoo-saas-console",
      CONSOLE_REQUESTS_KEY: privateKey,
    },
    // Its log has a line for each request.
    stdio: ["ignore", "ignore", "inherit"],
    signal,
  });
  const ended = once(child, "exit");
  // An interruption ends it, and `stop` waits for that.
  child.on("error", () => undefined);
  ended.catch(() => undefined);
  const stop = async (): Promise<void> => {
    child.kill();
    await ended.catch(() => undefined);
  };
  for (const begin = Date.now(); Date.now() - begin < PATIENCE && child.exitCode === null;) {
    signal.throwIfAborted();
    const response = await fetch(`${url}/healthz`).catch(() => undefined);
    if (response?.ok === true && child.pid !== undefined) return { url, issuer, pid: child.pid, stop };
    await sleep(RHYTHM);
  }
  await stop();
  throw new Error(`The console's server does not answer at ${url}/healthz: see its messages above`);
}
