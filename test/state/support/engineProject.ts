import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import { withJournal } from "../../../features/state/index.ts";
import { stackKeys } from "../../../features/state/stackKeys.ts";
import { ensureToolchain, toolchainEnv } from "../../../sandbox/toolchain/ensure.ts";

const CHECKOUT = join(import.meta.dirname, "..", "..", "..");
/** The stack of these tests. */
export const NAME = { project: "journal-test", stack: "dev" } as const;
/** A secret of the program and of its configuration. */
export const SECRET = "nobody-may-read-this";

/**
 * Things of a provider that keeps each as a file in the folder `WORLD`, and takes `DELAY` ms for everything. `COUNT` of
 * them, of which each third one is made from the one before, or with `IN_ORDER` one after the other; a change of `VALUE`
 * updates them, and replaces each fourth. With `RENAMED`, their parent has another name than before.
 */
const PROGRAM = `
const pulumi = require("@pulumi/pulumi");
const { COUNT, DELAY = "0", VALUE = "1", WORLD, SECRET, IN_ORDER, RENAMED } = process.env;
const provider = {
  async create(inputs) {
    const fs = require("fs");
    const id = inputs.name + "-" + inputs.generation;
    fs.writeFileSync(inputs.world + "/" + id, "");
    await new Promise((resolve) => setTimeout(resolve, Number(inputs.delay)));
    return { id, outs: inputs };
  },
  async diff(id, olds, news) {
    const changes = olds.value !== news.value || olds.generation !== news.generation;
    return { changes, replaces: olds.generation !== news.generation ? ["generation"] : [], deleteBeforeReplace: false };
  },
  async update(id, olds, news) {
    await new Promise((resolve) => setTimeout(resolve, Number(news.delay)));
    return { outs: news };
  },
  async delete(id, props) {
    await new Promise((resolve) => setTimeout(resolve, Number(props.delay)));
    require("fs").rmSync(props.world + "/" + id, { force: true });
  },
  async read(id, props) {
    return require("fs").existsSync(props.world + "/" + id) ? { id, props } : {};
  },
};
class Thing extends pulumi.dynamic.Resource {
  constructor(name, args, opts) { super(provider, name, args, opts); }
}
class Group extends pulumi.ComponentResource {
  constructor(name, opts) { super("test:index:Group", name, {}, opts); this.registerOutputs({ name }); }
}
const group = RENAMED ? new Group("renamed", { aliases: [{ name: "group" }] }) : new Group("group", {});
let last;
for (let i = 0; i < Number(COUNT); i++) {
  const args = { name: "thing" + i, world: WORLD, delay: DELAY, value: VALUE, generation: i % 4 === 0 ? VALUE : "1",
    html: "<a & 'b'>", numbers: { 10: 1e-7, 9: 1.5e300 }, secret: pulumi.secret(SECRET), from: i % 3 === 2 ? last.name : "" };
  last = new Thing("thing" + i, args, { parent: group, dependsOn: IN_ORDER && last ? [last] : [] });
}
exports.count = Number(COUNT);
exports.secret = pulumi.secret(SECRET);
`;

const exported = z.looseObject({
  deployment: z.looseObject({
    manifest: z.looseObject({ time: z.string().optional() }),
    resources: z
      .array(
        z.looseObject({ urn: z.string(), type: z.string(), id: z.string().optional(), delete: z.boolean().optional() }),
      )
      .default([]),
    pending_operations: z
      .array(z.looseObject({ type: z.string(), resource: z.looseObject({ urn: z.string() }) }))
      .default([]),
  }),
});

/** A stack's state, as `pulumi stack export` has it. */
export type Exported = z.output<typeof exported>;

/** How a command ended. */
export interface Ran {
  readonly status: number;
  readonly output: string;
}

/** A command that runs. */
export interface Running {
  /** Ends with the command. */
  readonly ended: Promise<Ran>;
  readonly child: ChildProcess;
}

/** A project with the real engine, and the folders of its states. */
export class EngineProject {
  readonly folder: string;
  readonly #env: NodeJS.ProcessEnv;
  readonly program: string;

  private constructor(folder: string, env: NodeJS.ProcessEnv, program: string) {
    this.folder = folder;
    this.#env = env;
    this.program = program;
  }

  static async create(): Promise<EngineProject> {
    const toolchain = await ensureToolchain(["core"], { log: console.error });
    const folder = mkdtempSync(join(tmpdir(), "odoo-saas-journal-"));
    symlinkSync(join(CHECKOUT, "node_modules"), join(folder, "node_modules"));
    writeFileSync(join(folder, "package.json"), '{ "type": "commonjs" }');
    writeFileSync(join(folder, "index.js"), PROGRAM);
    const options = { name: "nodejs", options: { typescript: false } };
    writeFileSync(
      join(folder, "Pulumi.yaml"),
      JSON.stringify({ name: NAME.project, runtime: options, main: "index.js" }),
    );
    mkdirSync(join(folder, "home"));
    const env = {
      ...toolchainEnv(toolchain),
      PULUMI_HOME: join(folder, "home"),
      PULUMI_CONFIG_PASSPHRASE: "a-passphrase",
      PULUMI_SKIP_UPDATE_CHECK: "true",
      SECRET,
      COUNT: "8",
    };
    const program = toolchain.bin["pulumi"] ?? "pulumi";
    return new EngineProject(folder, env, program);
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** A new folder of states, with an empty stack, and a new world. */
  async states(name: string): Promise<States> {
    const states = new States(this, join(this.folder, name), this.#env);
    mkdirSync(states.folder);
    mkdirSync(states.world);
    const { status, output } = await states.plain(["stack", "init", NAME.stack]);
    if (status !== 0) throw new Error(output);
    return states;
  }
}

/** A folder of states, and the things that its stack has made. */
export class States {
  readonly project: EngineProject;
  readonly folder: string;
  readonly world: string;
  readonly #env: NodeJS.ProcessEnv;

  constructor(project: EngineProject, folder: string, env: NodeJS.ProcessEnv) {
    this.project = project;
    this.folder = folder;
    this.world = `${folder}-world`;
    this.#env = env;
  }

  env(more: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv {
    // The same for all folders, since it is an input: the program compares states.
    return { ...this.#env, PULUMI_BACKEND_URL: `file://${this.folder}`, WORLD: this.world, ...more };
  }

  /** Runs the CLI on the folder itself. */
  plain(args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Ran> {
    return this.start({ program: this.project.program, args }, env).ended;
  }

  /** Starts the CLI with a journal, once one that was left is replayed. */
  async begin(args: readonly string[], env: NodeJS.ProcessEnv = {}, log: string[] = []): Promise<Running> {
    const command = { program: this.project.program, args };
    const options = { cwd: this.project.folder, env: this.env(env), log: (line: string) => void log.push(line) };
    return this.start(await withJournal(NAME.stack, command, options), env);
  }

  /** Runs the CLI with a journal. */
  async run(args: readonly string[], env: NodeJS.ProcessEnv = {}, log: string[] = []): Promise<Ran> {
    return (await this.begin(args, env, log)).ended;
  }

  start({ program, args }: { program: string; args: readonly string[] }, env: NodeJS.ProcessEnv): Running {
    const child = spawn(program, [...args, "--non-interactive"], {
      cwd: this.project.folder,
      env: this.env(env),
      stdio: ["ignore", "pipe", "pipe"],
    });
    let output = "";
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding("utf8").on("data", (text: string) => (output += text));
    const ended = new Promise<Ran>((resolve, reject) => {
      child.on("error", reject);
      child.on("close", (code) => resolve({ status: code ?? 1, output }));
    });
    return { child, ended };
  }

  /** The state with its secrets, by the plain CLI. */
  async state(): Promise<Exported> {
    const { status, output } = await this.plain(["stack", "export", "--show-secrets", "--stack", NAME.stack]);
    if (status !== 0) throw new Error(output);
    return exported.parse(JSON.parse(output));
  }

  /** Names of the things that there are. */
  things(): string[] {
    return readdirSync(this.world).sort();
  }

  /** Names of the objects under a key of the stack. */
  files(of: "locks" | "journals" | "history" | "backups"): string[] {
    try {
      return readdirSync(join(this.folder, stackKeys(NAME)[of])).filter((file) => !file.endsWith(".attrs"));
    } catch {
      return [];
    }
  }

  /** What the journal of the update that runs has now. */
  journal(): string {
    const [file] = this.files("journals");
    if (file === undefined) return "";
    return readFileSync(join(this.folder, stackKeys(NAME).journals, file), "utf8");
  }

  /** Process of the engine that has the lock. */
  enginePid(): number {
    const [file = ""] = this.files("locks");
    const lock: unknown = JSON.parse(readFileSync(join(this.folder, stackKeys(NAME).locks, file), "utf8"));
    return z.looseObject({ pid: z.int().positive() }).parse(lock).pid;
  }

  /** Waits until something holds. */
  async until(holds: () => boolean, what: string): Promise<void> {
    const end = Date.now() + 60_000;
    while (!holds()) {
      if (Date.now() > end) throw new Error(`In vain: ${what}`);
      await sleep(5);
    }
  }
}
