import assert from "node:assert/strict";
import { execFile, spawn } from "node:child_process";
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { z } from "zod";
import { freePort, PORTS } from "../../../sandbox/instance.ts";
import { CONSOLE_VARIABLE } from "../../../sandbox/services/console.ts";

const run = promisify(execFile);
const checkout = join(import.meta.dirname, "../../..");

/** What a command printed, and how it ended. */
export interface Finished {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** Both, for searching. */
  readonly output: string;
}

const server = z.object({ host: z.string(), port: z.number() });

/** The stack's output `tenants`, as the README promises it. */
export const tenantsSchema = z.record(
  z.string(),
  z.strictObject({
    lifecycle: z.enum(["active", "paused", "decommissioning"]),
    plan: z.string(),
    release: z.string(),
    namespace: z.string(),
    hosts: z.array(z.string()).min(1),
    database: z.strictObject({ ...server.shape, name: z.string(), role: z.string(), password: z.string().min(20) }),
    realm: z.strictObject({
      issuer: z.url(),
      clientId: z.string(),
      clientSecret: z.string().min(20),
      administrator: z.strictObject({ username: z.string(), password: z.string().min(12) }),
    }),
    backup: z.strictObject({ repository: z.string(), password: z.string().min(40) }),
    analytics: z.strictObject({
      ...server.shape,
      name: z.string(),
      schema: z.string(),
      role: z.string(),
      password: z.string().min(20),
    }),
  }),
);

/** One tenant's outputs. */
export type TenantOutputs = z.output<typeof tenantsSchema>[string];

/**
 * A sandbox of the tests' own beside the developer's: a copy of the checkout, its own folder, ports that are free. It is
 * driven by the commands that a person types.
 */
export class World {
  readonly root: string;
  readonly home: string;
  readonly env: NodeJS.ProcessEnv;
  /** Everything that any command printed: searched for secrets at the end. */
  readonly printed: string[] = [];

  private constructor(folder: string, variables: Readonly<Record<string, string>>) {
    this.root = join(folder, "checkout");
    this.home = join(folder, "home");
    // Tests of the console ask for it.
    this.env = { ...process.env, [CONSOLE_VARIABLE]: "none", ...variables, ODOO_SANDBOX_HOME: this.home, CI: "true" };
  }

  /** @param variables set for all commands */
  static async create(variables: Readonly<Record<string, string>> = {}): Promise<World> {
    const folder = mkdtempSync(join(tmpdir(), "odoo-saas-e2e-"));
    // As root the databases run as another user, who must get through to the home folder.
    chmodSync(folder, 0o711);
    const ports: Record<string, string> = {};
    for (const { variable } of Object.values(PORTS)) ports[variable] = String(await freePort());
    const world = new World(folder, { ...ports, ...variables });
    const { stdout } = await run("git", ["ls-files", "-co", "--exclude-standard", "-z"], { cwd: checkout });
    for (const file of stdout.split("\0").filter((name) => name !== "")) {
      mkdirSync(dirname(join(world.root, file)), { recursive: true });
      cpSync(join(checkout, file), join(world.root, file), { preserveTimestamps: true, force: true });
    }
    for (const folder of ["node_modules", "console/node_modules"]) {
      if (existsSync(join(checkout, folder))) symlinkSync(join(checkout, folder), join(world.root, folder));
    }
    return world;
  }

  /**
   * Goes on with one that was kept (ODOO_E2E_KEEP=1).
   *
   * @param folder what holds its checkout and its home
   * @param variables set for all commands
   */
  static reopen(folder: string, variables: Readonly<Record<string, string>> = {}): World {
    return new World(folder, variables);
  }

  /**
   * Runs a command of the command line as a person would.
   *
   * @param path group and verb, such as `sandbox up`
   */
  cli(path: string, ...args: string[]): Promise<Finished> {
    return this.cliWith({}, path, ...args);
  }

  /** The same with some variables changed. */
  cliWith(changes: NodeJS.ProcessEnv, path: string, ...args: string[]): Promise<Finished> {
    return this.#spawn(process.execPath, this.#call(path, args), { ...this.env, ...changes });
  }

  /** Runs a shell's command line with some variables changed. */
  sh(command: string, changes: NodeJS.ProcessEnv = {}): Promise<Finished> {
    return this.#spawn("bash", ["-c", command], { ...this.env, ...changes });
  }

  /** Runs a command of the command line and expects success. */
  async ok(path: string, ...args: string[]): Promise<Finished> {
    const finished = await this.cli(path, ...args);
    assert.equal(finished.status, 0, `${path}:\n${finished.output}`);
    return finished;
  }

  /** Runs plain `pulumi` in the shell that `sandbox env` sets up. */
  async pulumi(...args: string[]): Promise<Finished> {
    return this.pulumiWith({}, ...args);
  }

  /** The same with some variables changed; undefined takes one away. */
  async pulumiWith(changes: NodeJS.ProcessEnv, ...args: string[]): Promise<Finished> {
    return this.#spawn("pulumi", args, { ...this.env, ...(await this.shell()), ...changes });
  }

  /** The environment of the shell that `sandbox env` sets up, as a POSIX shell understands it. */
  async shell(): Promise<NodeJS.ProcessEnv> {
    const { stdout } = await this.ok("sandbox env");
    const { stdout: environment } = await run("sh", ["-c", `${stdout}\nenv -0`], { env: this.env, cwd: this.root });
    return Object.fromEntries(
      environment
        .split("\0")
        .filter((line) => line.includes("="))
        .map((line): [string, string] => [line.slice(0, line.indexOf("=")), line.slice(line.indexOf("=") + 1)]),
    );
  }

  /** The stack's output `tenants`, secrets in plain text. */
  async tenants(): Promise<Record<string, TenantOutputs>> {
    const { status } = await this.status();
    return tenantsSchema.parse(status.outputs.tenants);
  }

  /** `sandbox status --json --show-secrets`; its output is not kept, since it is meant to show secrets. */
  async status() {
    const finished = await this.#spawn(
      process.execPath,
      this.#call("sandbox status", ["--json", "--show-secrets"]),
      this.env,
      false,
    );
    assert.equal(finished.status, 0, finished.output);
    const status = z
      .looseObject({ outputs: z.looseObject({ tenants: z.unknown() }) })
      .parse(JSON.parse(finished.stdout));
    return { status };
  }

  read(file: string): string {
    return readFileSync(join(this.root, file), "utf8");
  }

  write(file: string, text: string): void {
    mkdirSync(dirname(join(this.root, file)), { recursive: true });
    writeFileSync(join(this.root, file), text);
  }

  remove(file: string): void {
    rmSync(join(this.root, file));
  }

  /** Stops everything and removes the folder. */
  async destroy(): Promise<void> {
    await this.ok("sandbox reset");
    rmSync(dirname(this.root), { recursive: true, force: true });
  }

  #call(path: string, args: readonly string[]): readonly string[] {
    return [join(this.root, "odoo-saas.mjs"), ...path.split(" "), ...args];
  }

  #spawn(command: string, args: readonly string[], env: NodeJS.ProcessEnv, keep = true): Promise<Finished> {
    return new Promise((resolve, reject) => {
      const child = spawn(command, args, { cwd: this.root, env, stdio: ["ignore", "pipe", "pipe"] });
      const out: string[] = [];
      const err: string[] = [];
      child.stdout.setEncoding("utf8").on("data", (text: string) => out.push(text));
      child.stderr.setEncoding("utf8").on("data", (text: string) => err.push(text));
      child.on("error", reject);
      child.on("close", (status) => {
        const [stdout, stderr] = [out.join(""), err.join("")];
        if (keep) this.printed.push(stdout, stderr);
        resolve({ status, stdout, stderr, output: `${stdout}\n${stderr}` });
      });
    });
  }
}
