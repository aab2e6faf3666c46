import { execFile, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { ensureTools } from "../../../sandbox/toolchain/ensure.ts";
import { freePort } from "../../../sandbox/instance.ts";

const NODE_BIN = join(import.meta.dirname, "../../../node_modules/.bin");

/** A credential as `n8n import:credentials` takes it. */
export interface Credential {
  readonly id: string;
  readonly name: string;
  readonly type: string;
  readonly data: Readonly<Record<string, string>>;
}

/** A real n8n with a folder of its own. */
export interface N8n {
  /** Its address. */
  readonly url: string;
  /** What it has printed. */
  readonly output: () => string;
  stop(): Promise<void>;
}

/**
 * Imports and publishes workflows, and starts n8n on a free port.
 *
 * @param workflows the files' texts by name; each has an `id`
 * @throws Error with what n8n printed when it does not start.
 */
export async function startN8n(
  workflows: ReadonlyMap<string, string>,
  credentials: readonly Credential[],
): Promise<N8n> {
  const { n8n: program = "" } = await ensureTools(["n8n"], { log: () => undefined });
  const home = mkdtempSync(join(tmpdir(), "odoo-saas-n8n-"));
  const port = await freePort();
  const env: NodeJS.ProcessEnv = {
    ...process.env,
    PATH: `${NODE_BIN}:${process.env["PATH"] ?? ""}`,
    N8N_USER_FOLDER: home,
    N8N_ENCRYPTION_KEY: "of-this-test-only",
    N8N_LISTEN_ADDRESS: "127.0.0.1",
    N8N_PORT: String(port),
    N8N_RUNNERS_BROKER_PORT: String(await freePort()),
    N8N_DIAGNOSTICS_ENABLED: "false",
    N8N_VERSION_NOTIFICATIONS_ENABLED: "false",
    N8N_TEMPLATES_ENABLED: "false",
    N8N_PUBLIC_API_DISABLED: "true",
    N8N_LOG_LEVEL: "warn",
  };
  const folder = join(home, "workflows");
  mkdirSync(folder);
  for (const [name, text] of workflows) writeFileSync(join(folder, name), text);
  writeFileSync(join(home, "credentials.json"), JSON.stringify(credentials));
  await once(program, ["import:credentials", `--input=${join(home, "credentials.json")}`], env);
  await once(program, ["import:workflow", "--separate", `--input=${folder}`], env);
  const ids = [...workflows.values()].map((text) => /"id": "([^"]+)"/.exec(text)?.[1] ?? "");
  for (const id of ids) await once(program, ["publish:workflow", `--id=${id}`], env);

  const child = spawn(program, ["start"], { env, stdio: ["ignore", "pipe", "pipe"] });
  // Also when the tests are interrupted.
  process.once("exit", () => child.kill("SIGKILL"));
  let output = "";
  child.stdout.on("data", (data: Buffer) => (output += data.toString()));
  child.stderr.on("data", (data: Buffer) => (output += data.toString()));
  const ended = new Promise<void>((done) => child.once("close", () => done()));
  const url = `http://127.0.0.1:${port}`;
  const stop = async (): Promise<void> => {
    child.kill("SIGTERM");
    const timer = setTimeout(() => child.kill("SIGKILL"), 10_000);
    await ended;
    clearTimeout(timer);
    rmSync(home, { recursive: true, force: true });
  };
  const until = Date.now() + 120_000;
  const paths = [...workflows.values()].flatMap((text) => /"path": "([^"]+)"/.exec(text)?.[1] ?? []);
  while (!(await isReady(url, paths))) {
    if (child.exitCode === null && Date.now() < until) await sleep(250);
    else {
      await stop();
      throw new Error(`n8n did not start:\n${output.slice(-3000)}`);
    }
  }
  return { url, output: () => output, stop };
}

/** Whether every webhook answers, which they do a while after the server: without a signature, with 401. */
async function isReady(url: string, paths: readonly string[]): Promise<boolean> {
  const answers = paths.map(async (path) => {
    const response = await fetch(`${url}/webhook/${path}`, { method: "POST" });
    await response.body?.cancel();
    return response.status === 401;
  });
  return Promise.all(answers).then(
    (found) => found.every(Boolean),
    () => false,
  );
}

function once(program: string, args: readonly string[], env: NodeJS.ProcessEnv): Promise<void> {
  return new Promise((resolve, reject) => {
    execFile(program, args, { env, maxBuffer: 1 << 24 }, (error, stdout, stderr) => {
      if (error === null && !/GOT ERROR|An error occurred/.test(stdout + stderr)) resolve();
      else reject(new Error(`n8n ${args[0] ?? ""} failed:\n${(stdout + stderr).slice(-3000)}`));
    });
  });
}
