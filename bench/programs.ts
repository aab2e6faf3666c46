import { copyFileSync, existsSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { z } from "zod";
import { POLICY_ARGUMENTS, STACK as SANDBOX_STACK } from "../sandbox/stack.ts";
import { PROJECT_ROOT } from "../lib/projectRoot.ts";
import { FLAT_PROJECT, flatState } from "./flat.ts";
import type { Fleet } from "./fleet.ts";
import type { Run } from "./processes.ts";
import type { Variant } from "./results.ts";
import { itemsOf, readExport } from "./state.ts";
import type { StateExport } from "./state.ts";

/** Stack of the empty and the flat program; this program's is the sandbox's. */
const STACK = "bench";

const projectSchema = z.object({ runtime: z.looseObject({ name: z.string() }) });

/** The resources of the sandbox's stack, with their secrets. */
export async function exportState(fleet: Fleet): Promise<StateExport> {
  const file = join(fleet.privateFolder("state"), "export.json");
  await fleet.pulumi(["stack", "export", "--stack", SANDBOX_STACK, "--show-secrets", "--file", file], fleet.checkout);
  const state = readExport(file);
  rmSync(file);
  return state;
}

/** Runs `preview`, or `up` without a preview before it, of one of the programs. */
export async function runProgram(
  fleet: Fleet,
  command: "preview" | "up",
  program: Variant | "empty",
  sample = false,
): Promise<Run> {
  const isOwn = program === "plain" || program === "policies";
  const args = [command, "--stack", isOwn ? SANDBOX_STACK : STACK];
  if (command === "up") args.push("--yes", "--skip-preview");
  if (program === "policies") args.push(...POLICY_ARGUMENTS);
  return await fleet.pulumi(args, isOwn ? fleet.checkout : fleet.privateFolder(program), sample);
}

/** Makes the empty program and a stack for it. */
export async function makeEmptyProgram(fleet: Fleet): Promise<void> {
  const folder = fleet.privateFolder("empty");
  writeProject(fleet, folder, "bench-empty");
  writeFileSync(join(folder, "index.ts"), "export {};\n");
  await initStack(fleet, folder);
}

/** Makes the flat program of a stack's resources and an empty stack for it. */
export async function makeFlatProgram(fleet: Fleet, state: StateExport): Promise<void> {
  const folder = fleet.privateFolder("flat");
  writeProject(fleet, folder, FLAT_PROJECT);
  writeFileSync(join(folder, "flat.json"), JSON.stringify({ items: itemsOf(state) }), { mode: 0o600 });
  copyFileSync(join(PROJECT_ROOT, "bench", "flatProgram", "index.ts"), join(folder, "index.ts"));
  await initStack(fleet, folder);
}

/** Lets the flat program's stack have what the sandbox's has, as if it had made it. */
export async function adoptState(fleet: Fleet, state: StateExport): Promise<void> {
  const folder = fleet.privateFolder("flat");
  const file = join(folder, "import.json");
  writeFileSync(file, JSON.stringify(flatState(state, STACK)), { mode: 0o600 });
  await fleet.pulumi(["stack", "import", "--stack", STACK, "--file", file], folder);
  rmSync(file);
}

function writeProject(fleet: Fleet, folder: string, name: string): void {
  // Started as this program is, so that only what the programs do differs.
  const own = projectSchema.parse(parse(readFileSync(join(fleet.checkout, "Pulumi.yaml"), "utf8")));
  copyFileSync(join(fleet.checkout, "preload.cjs"), join(folder, "preload.cjs"));
  const project = {
    name,
    runtime: own.runtime,
    main: "index.ts",
    plugins: { providers: [{ name: "odoosql", path: join(fleet.checkout, "providers", "odoosql") }] },
  };
  writeFileSync(join(folder, "Pulumi.yaml"), JSON.stringify(project));
  writeFileSync(join(folder, "package.json"), JSON.stringify({ name, type: "module" }));
  const dependencies = join(folder, "node_modules");
  if (!existsSync(dependencies)) symlinkSync(join(PROJECT_ROOT, "node_modules"), dependencies);
}

async function initStack(fleet: Fleet, folder: string): Promise<void> {
  await fleet.pulumi(["stack", "init", STACK], folder);
}
