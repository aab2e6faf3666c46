import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import { freePort, PROGRAM_PORTS } from "../../sandbox/instance.ts";
import type { ProgramPort } from "../../sandbox/instance.ts";
import { ensureTools } from "../../sandbox/toolchain/ensure.ts";

/** How answers are disturbed, as toxiproxy takes it (https://github.com/Shopify/toxiproxy#toxics). */
export type Toxic =
  /** They come this many milliseconds late. */
  | { readonly type: "latency"; readonly attributes: { readonly latency: number } }
  /** The connection ends instead of the first byte of one. */
  | { readonly type: "limit_data"; readonly attributes: { readonly bytes: 0 } }
  /** The connection is reset. */
  | { readonly type: "reset_peer"; readonly attributes: { readonly timeout: 0 } };

const logLine = z.object({ message: z.string().optional(), name: z.string().optional() });

/** A toxiproxy between the program and the services, one proxy a service. */
export class Proxies {
  readonly #process: ChildProcess;
  readonly #url: string;
  readonly #listen: Readonly<Record<ProgramPort, number>>;
  /** Connections that each proxy has taken. */
  readonly #accepted = new Map<string, number>();

  private constructor(process: ChildProcess, url: string, listen: Readonly<Record<ProgramPort, number>>) {
    this.#process = process;
    this.#url = url;
    this.#listen = listen;
    if (process.stdout === null) return;
    createInterface(process.stdout).on("line", (text) => {
      if (!text.startsWith("{")) return;
      const { message, name } = logLine.parse(JSON.parse(text));
      if (message === "Accepted client" && name !== undefined)
        this.#accepted.set(name, (this.#accepted.get(name) ?? 0) + 1);
    });
  }

  /** Starts it. @param ports of the services, by name @param listen ports that the program is to use instead */
  static async start(
    ports: Readonly<Record<ProgramPort, number>>,
    listen: Readonly<Record<ProgramPort, number>>,
  ): Promise<Proxies> {
    const { toxiproxy } = await ensureTools(["test"], { log: (line) => console.error(line) });
    if (toxiproxy === undefined) throw new Error("the toolchain has no toxiproxy");
    const port = await freePort();
    const child = spawn(toxiproxy, ["-host", "127.0.0.1", "-port", String(port)], {
      stdio: ["ignore", "pipe", "inherit"],
      env: { LOG_LEVEL: "info" },
    });
    process.once("exit", () => child.kill("SIGKILL"));
    const proxies = new Proxies(child, `http://127.0.0.1:${port}`, listen);
    for (let tries = 0; ; tries++) {
      try {
        await proxies.#call("GET", "/version");
        break;
      } catch (error) {
        if (tries === 100) throw error;
        await sleep(50);
      }
    }
    for (const name of PROGRAM_PORTS) {
      const [from, to] = [`127.0.0.1:${listen[name]}`, `127.0.0.1:${ports[name]}`];
      await proxies.#call("POST", "/proxies", { name, listen: from, upstream: to, enabled: true });
    }
    return proxies;
  }

  /** Disturbs all connections to a service, those that are open and those to come, until {@link heal}. */
  async disturb(service: ProgramPort, toxic: Toxic): Promise<void> {
    await this.#call("POST", `/proxies/${service}/toxics`, { stream: "downstream", toxicity: 1, ...toxic });
  }

  /** Ends every disturbance. */
  async heal(): Promise<void> {
    await this.#call("POST", "/reset");
  }

  /** How many connections to a service have been opened so far. */
  accepted(service: ProgramPort): number {
    return this.#accepted.get(service) ?? 0;
  }

  /** How many connections to a service are open now. */
  open(service: ProgramPort): number {
    const local = `:${this.#listen[service].toString(16).toUpperCase().padStart(4, "0")}`;
    return readFileSync("/proc/net/tcp", "utf8")
      .split("\n")
      .map((line) => line.trim().split(/\s+/))
      .filter(([, address, , state]) => address?.endsWith(local) === true && state === ESTABLISHED).length;
  }

  stop(): void {
    this.#process.kill("SIGKILL");
  }

  async #call(method: string, path: string, body?: unknown): Promise<void> {
    const response = await fetch(`${this.#url}${path}`, {
      method,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    if (!response.ok) throw new Error(`toxiproxy: ${method} ${path}: ${response.status} ${await response.text()}`);
    await response.arrayBuffer();
  }
}

/** proc_net_tcp(5) */
const ESTABLISHED = "01";
