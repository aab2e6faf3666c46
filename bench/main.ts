// npm run bench: measures the program beside its peers, and prints one page of tables.
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CommanderError } from "@commander-js/extra-typings";
import { ensureToolchain } from "../sandbox/toolchain/ensure.ts";
import { PROJECT_ROOT } from "../lib/projectRoot.ts";
import { postgresVersion } from "../test/support/postgresVersion.ts";
import { copyCheckout } from "./checkout.ts";
import { measureConsole } from "./console/measure.ts";
import { CONSOLE_SIZE } from "./console/size.ts";
import { Fleet } from "./fleet.ts";
import { measureFleet } from "./fleets.ts";
import { benchCommand } from "./options.ts";
import type { BenchOptions } from "./options.ts";
import { run } from "./processes.ts";
import { report, withReport } from "./report.ts";
import { thisMachine } from "./results.ts";
import type { FleetResult, Results } from "./results.ts";
import { measureValidate } from "./validate.ts";

const interrupted = new AbortController();
for (const signal of ["SIGINT", "SIGTERM"] as const) {
  // Not `once`: the second signal of an impatient caller must not end the clean-up.
  process.on(signal, () => {
    if (interrupted.signal.aborted) return;
    log(`${signal}: stopping the sandbox of the benchmark`);
    interrupted.abort(new Error("interrupted"));
  });
}

function log(line: string): void {
  const seconds = Math.round(performance.now() / 1000);
  console.error(`[${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}] ${line}`);
}

async function main(options: BenchOptions): Promise<void> {
  const { parts } = options;
  const { signal } = interrupted;
  const needsTofu = parts.has("tofu");
  const needsFleet = [...parts].some((part) => part !== "validate" && part !== "console");
  const toolchain = needsFleet ? await ensureToolchain(needsTofu ? ["bench"] : [], { log }) : undefined;
  const folder = mkdtempSync(join(tmpdir(), "odoo-saas-bench-"));
  // The databases' own user must get through; what is private in it is its owner's only.
  chmodSync(folder, 0o711);
  let fleet: Fleet | undefined;
  try {
    const version = async (program: string, args: readonly string[]): Promise<string> =>
      /\d+\.\d+\.\d+/.exec(
        (await run(toolchain?.bin[program] ?? program, args, { cwd: folder, signal })).stdout,
      )?.[0] ?? "";
    const machine = thisMachine({
      ...(needsFleet && { pulumi: await version("pulumi", ["version"]) }),
      ...(needsTofu && { tofu: await version("tofu", ["version"]) }),
      ...(parts.has("console") && { postgres: String(postgresVersion) }),
    });
    let validate: Results["validate"] = { nodeStart: [], runs: [] };
    if (parts.has("validate")) {
      const checkout = join(folder, "validate");
      copyCheckout(checkout);
      validate = await measureValidate({ checkout, sizes: options.validate, runs: options.runs, log, signal });
    }
    const floor: number[] = [];
    const fleets: FleetResult[] = [];
    if (toolchain !== undefined) {
      fleet = await Fleet.create({ folder, toolchain, log, signal });
      for (const tenants of options.tenants) {
        const logFleet = (line: string): void => log(`${tenants} tenants: ${line}`);
        fleets.push(await measureFleet({ fleet, toolchain, options, tenants, log: logFleet }, floor));
      }
    }
    const consoleResult = parts.has("console")
      ? await measureConsole({ folder: join(folder, "console"), size: CONSOLE_SIZE, log, signal })
      : undefined;
    const day = new Date().toISOString().slice(0, 10);
    const tables = report({ machine, day, validate, floor, fleets, ...(consoleResult && { console: consoleResult }) });
    console.log(tables);
    if (options.write) {
      const page = join(PROJECT_ROOT, "docs", "performance.md");
      writeFileSync(page, withReport(readFileSync(page, "utf8"), tables));
    }
  } finally {
    await fleet?.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

try {
  await benchCommand(main).parseAsync();
} catch (error) {
  if (error instanceof CommanderError) {
    // Commander has printed its message.
    process.exitCode = error.exitCode === 0 ? 0 : 2;
  } else {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = interrupted.signal.aborted ? 130 : 1;
  }
}
