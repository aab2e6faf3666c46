import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { WATCHDOG_ROLE } from "../../sandbox/services/preparePostgres.ts";
import { ensurePsycopg2 } from "../../sandbox/toolchain/psycopg2.ts";

const PROGRAM = join(import.meta.dirname, "../../components/watchdog/watchdog.py");

/** A server to watch. */
export interface WatchedServer {
  readonly name: string;
  readonly port: number;
  readonly password: string;
  readonly trustedRoles: readonly string[];
  readonly limits: Readonly<Record<"sessionLocks" | "roleLocks" | "idleSeconds" | "transactionSeconds", number>>;
}

/** The watchdog as a process of a test. */
export class WatchdogProcess {
  readonly #child: ChildProcess;
  readonly #folder: string;
  readonly port: number;
  #log = "";

  private constructor(child: ChildProcess, folder: string, port: number) {
    this.#child = child;
    this.#folder = folder;
    this.port = port;
    child.stdout?.on("data", (text: Buffer) => (this.#log += text.toString()));
  }

  /** Starts it, and waits until it looks at all servers. @param seconds between two looks */
  static async start(servers: readonly WatchedServer[], seconds: number): Promise<WatchdogProcess> {
    const folder = mkdtempSync(join(tmpdir(), "odoo-saas-watchdog-"));
    const settings = servers.map(({ password, ...server }) => {
      const passwordFile = join(folder, server.name);
      writeFileSync(passwordFile, `${password}\n`, { mode: 0o600 });
      const place = { host: "127.0.0.1", database: "postgres", sslmode: "disable", sslrootcert: "" };
      return { ...server, ...place, user: WATCHDOG_ROLE, passwordFile };
    });
    const file = join(folder, "settings.json");
    writeFileSync(file, JSON.stringify({ seconds, listen: "127.0.0.1", port: 0, servers: settings }));
    const child = spawn("python3", ["-B", PROGRAM, file], {
      env: { ...process.env, PYTHONPATH: await ensurePsycopg2() },
      stdio: ["ignore", "pipe", "inherit"],
    });
    let text = "";
    while (!/listening on \d+\n/.test(text)) {
      const [data] = (await once(child.stdout, "data")) as [Buffer];
      text += data.toString();
    }
    const watchdog = new WatchdogProcess(child, folder, Number(/listening on (\d+)\n/.exec(text)?.[1]));
    watchdog.#log = text + watchdog.#log;
    await watchdog.until(async () => (await watchdog.ask("/ready")).status === 200);
    return watchdog;
  }

  /** All that it has printed. */
  get log(): string {
    return this.#log;
  }

  async ask(path: string): Promise<{ readonly status: number; readonly text: string }> {
    const response = await fetch(`http://127.0.0.1:${this.port}${path}`);
    return { status: response.status, text: await response.text() };
  }

  /** Waits until something is so. @throws with the log when it is not after some seconds */
  async until(isSo: () => Promise<boolean> | boolean, seconds = 20): Promise<void> {
    const deadline = Date.now() + seconds * 1000;
    while (!(await isSo())) {
      if (Date.now() > deadline) throw new Error(`not so after ${seconds} s; the watchdog's log:\n${this.#log}`);
      await sleep(50);
    }
  }

  /** Lines of the log that say who was ended. */
  get ended(): string[] {
    return this.#log.split("\n").filter((line) => line.includes(" ended session "));
  }

  async stop(): Promise<number | null> {
    if (this.#child.exitCode === null) {
      this.#child.kill("SIGTERM");
      await once(this.#child, "exit");
    }
    rmSync(this.#folder, { recursive: true, force: true });
    return this.#child.exitCode;
  }
}
