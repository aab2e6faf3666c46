import type { Toolchain } from "../sandbox/toolchain/ensure.ts";
import type { Fleet } from "./fleet.ts";
import type { BenchOptions } from "./options.ts";
import { joinTofu, runScript, runTofu, TOFU_ATTRIBUTES } from "./peers.ts";
import { byProgram } from "./processes.ts";
import type { ProcessUse } from "./processes.ts";
import { adoptState, exportState, makeEmptyProgram, makeFlatProgram, runProgram } from "./programs.ts";
import type { FleetResult, Variant } from "./results.ts";
import { itemsOf } from "./state.ts";
import { medians } from "./stats.ts";

/** What a measurement needs to know. */
export interface FleetMeasurement {
  readonly fleet: Fleet;
  readonly toolchain: Toolchain;
  readonly options: BenchOptions;
  readonly tenants: number;
  readonly log: (line: string) => void;
}

const VARIANTS: readonly Variant[] = ["flat", "plain", "policies"];

/**
 * Measures one number of tenants. Programs take turns, so that what else the machine does at a time is shared by all.
 *
 * @param floor gets the seconds of the empty program's previews.
 */
export async function measureFleet(measurement: FleetMeasurement, floor: number[]): Promise<FleetResult> {
  const { fleet, toolchain, options, tenants, log } = measurement;
  const { parts, runs, ups } = options;
  const uses: ProcessUse[] = [];
  const variants = { flat: noTimes(), plain: noTimes(), policies: noTimes() };

  const firstUp = async (variant: Variant): Promise<void> => {
    const { seconds, processes } = await runProgram(fleet, "up", variant, true);
    log(`first up, ${variant}: ${seconds.toFixed(1)} s`);
    variants[variant].firstUp.push(seconds);
    if (variant !== "flat") uses.push(...processes);
    uses.push(...fleet.services());
  };
  await fleet.reset(tenants);
  await firstUp("policies");
  const state = await exportState(fleet);
  const items = itemsOf(state);

  const cpu: ReadonlyMap<string, number>[] = [];
  let changed = 0;
  if (parts.has("preview")) {
    await makeEmptyProgram(fleet);
    await makeFlatProgram(fleet, state);
    await adoptState(fleet, state);
    for (let index = -1; index < runs; index++) {
      const isWarm = index >= 0; // the first one of each fills caches
      const { seconds } = await runProgram(fleet, "preview", "empty");
      if (isWarm) floor.push(seconds);
      for (const variant of VARIANTS) {
        const before = byProgram(fleet.services()).cpu;
        const made = await runProgram(fleet, "preview", variant, true);
        const after = byProgram(fleet.services()).cpu;
        if (!isWarm) continue;
        log(`preview, ${variant}: ${made.seconds.toFixed(2)} s`);
        variants[variant].preview.push(made.seconds);
        if (variant !== "policies") continue;
        uses.push(...made.processes);
        cpu.push(new Map([...byProgram(made.processes).cpu, ...difference(after, before)]));
      }
    }
    for (let index = -1; index < ups; index++) {
      for (const variant of VARIANTS) {
        const { seconds, stdout, processes } = await runProgram(fleet, "up", variant, true);
        // The flat program has no components: its first `up` writes the parents of all that this program left.
        if (index < 0) continue;
        log(`up, nothing to change, ${variant}: ${seconds.toFixed(2)} s`);
        variants[variant].noChange.push(seconds);
        if (variant === "flat") continue;
        changed += changes(stdout);
        uses.push(...processes);
      }
    }
    uses.push(...fleet.services());
  }

  for (let index = 0; parts.has("up") && index < ups; index++) {
    for (const variant of VARIANTS) {
      if (variant === "policies" && index === 0) continue; // measured above
      await fleet.reset(tenants);
      if (variant === "flat") await makeFlatProgram(fleet, state);
      await firstUp(variant);
    }
  }
  const tofu: Awaited<ReturnType<typeof runTofu>>[] = [];
  for (let index = 0; parts.has("tofu") && index < ups; index++) {
    await fleet.reset(tenants);
    const made = await runTofu(fleet, toolchain, itemsOf(state, TOFU_ATTRIBUTES), runs);
    log(
      `OpenTofu: apply ${made.apply.toFixed(1)} s, plan ${made.plan.map((seconds) => seconds.toFixed(2)).join(", ")} s`,
    );
    tofu.push(made);
  }
  const script: number[] = [];
  for (let index = 0; parts.has("script") && index < ups; index++) {
    await fleet.reset(tenants);
    script.push(await runScript(fleet, items));
    log(`script: ${script.at(-1)?.toFixed(1) ?? ""} s`);
  }

  const joined = joinTofu(tofu);
  const resources = items.filter(({ isProvider }) => !isProvider).length;
  return {
    tenants,
    resources,
    variants,
    changed,
    ...(joined && { tofu: joined }),
    ...(script.length > 0 && { script: { objects: resources, apply: script } }),
    peak: byProgram(uses).peak,
    cpu: cpu.length === 0 ? new Map() : medians(cpu),
  };
}

/** How many resources an `up` made, changed or deleted, from the summary at its end. */
export function changes(output: string): number {
  const summary = output.slice(output.lastIndexOf("\nResources:"));
  const counts = summary.matchAll(/^\s+[+~+-]+\s*(\d+) (?:created|updated|deleted|replaced|imported)/gm);
  return [...counts].reduce((sum, [, count]) => sum + Number(count), 0);
}

function noTimes(): { preview: number[]; noChange: number[]; firstUp: number[] } {
  return { preview: [], noChange: [], firstUp: [] };
}

/** Processor seconds between two looks at processes that run on. */
function difference(after: ReadonlyMap<string, number>, before: ReadonlyMap<string, number>): Map<string, number> {
  return new Map([...after].map(([name, seconds]) => [name, Math.max(0, seconds - (before.get(name) ?? 0))]));
}
