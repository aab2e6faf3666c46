import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { withJournal } from "../features/state/index.ts";
import { openInstance } from "../sandbox/instance.ts";
import { CONSOLE_VARIABLE } from "../sandbox/services/console.ts";
import type { Instance } from "../sandbox/instance.ts";
import { servicesStatus, startServices, stopServices } from "../sandbox/services/index.ts";
import { prepareStack, pulumiEnv } from "../sandbox/stack.ts";
import type { Toolchain } from "../sandbox/toolchain/ensure.ts";
import { copyCheckout, setTenants } from "./checkout.ts";
import { processUse, run, withDescendants } from "./processes.ts";
import type { ProcessUse, Run } from "./processes.ts";

/** What a fleet needs. */
export interface FleetOptions {
  /** An empty folder, which others may pass through; it holds secrets in the end, and is the caller's to remove. */
  readonly folder: string;
  readonly toolchain: Toolchain;
  readonly log: (line: string) => void;
  readonly signal: AbortSignal;
}

/** A copy of the project with a sandbox of its own, on ports that were free. */
export class Fleet {
  /** The copy of the project. */
  readonly checkout: string;
  /** Environment for `pulumi`. */
  readonly env: NodeJS.ProcessEnv;
  readonly #options: FleetOptions;
  readonly #instance: Instance;

  private constructor(options: FleetOptions, instance: Instance) {
    this.#options = options;
    this.#instance = instance;
    this.checkout = instance.checkout;
    this.env = pulumiEnv(instance, options.toolchain);
  }

  /** Copies the project, and makes the services' data and an empty stack once: {@link reset} goes back to them. */
  static async create(options: FleetOptions): Promise<Fleet> {
    const { folder, toolchain, log, signal } = options;
    const checkout = join(folder, "checkout");
    copyCheckout(checkout);
    setTenants(checkout, 1);
    // A fleet of tenants is measured, and the script and OpenTofu beside it have no console.
    process.env[CONSOLE_VARIABLE] = "none";
    const instance = await openInstance({ checkout, home: join(folder, "home"), env: {}, newPorts: "free" });
    const fleet = new Fleet(options, instance);
    try {
      log("services: first start");
      await startServices(instance, toolchain, () => undefined);
      await prepareStack(instance, toolchain);
    } finally {
      await stopServices(instance);
    }
    await run("cp", ["--archive", instance.home, fleet.#pristine], { cwd: folder, signal });
    return fleet;
  }

  get #pristine(): string {
    return join(this.#options.folder, "pristine");
  }

  /** Empty services, this many tenants in the project, and stacks without resources. */
  async reset(tenants: number): Promise<void> {
    const { folder, toolchain, signal } = this.#options;
    await stopServices(this.#instance);
    rmSync(this.#instance.home, { recursive: true, force: true });
    await run("cp", ["--archive", this.#pristine, this.#instance.home], { cwd: folder, signal });
    setTenants(this.checkout, tenants);
    await startServices(this.#instance, toolchain, () => undefined);
  }

  /** Runs `pulumi` as the sandbox does: an update of a stack with a journal. */
  async pulumi(args: readonly string[], cwd: string, sample = false): Promise<Run> {
    const program = this.#options.toolchain.bin["pulumi"] ?? "pulumi";
    const plain = { program, args: [...args, "--non-interactive", "--color", "never"] };
    const { log, signal } = this.#options;
    const stack = args[args.indexOf("--stack") + 1] ?? "";
    const command = args[0] === "up" ? await withJournal(stack, plain, { cwd, env: this.env, log }) : plain;
    return await run(command.program, command.args, { cwd, env: this.env, sample, signal });
  }

  /** A folder beside the copy that only its owner reads. */
  privateFolder(name: string): string {
    const folder = join(this.#options.folder, name);
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    return folder;
  }

  /** Ends what runs when the benchmark is interrupted. */
  get signal(): AbortSignal {
    return this.#options.signal;
  }

  /** What the services used since they were started. */
  services(): ProcessUse[] {
    return servicesStatus(this.#instance).flatMap(({ pid }) =>
      pid === undefined ? [] : withDescendants(pid).flatMap((one) => processUse(one) ?? []),
    );
  }

  /** Stops the services. */
  async stop(): Promise<void> {
    await stopServices(this.#instance);
  }
}
