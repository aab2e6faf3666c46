import { readFileSync } from "node:fs";
import { availableParallelism, totalmem } from "node:os";
import type { ConsoleSize } from "./console/size.ts";

/** The machine and the programs that a table's figures are from. */
export interface Machine {
  readonly cpu: string;
  readonly cores: number;
  /** In GiB. */
  readonly memory: number;
  readonly node: string;
  readonly pulumi?: string;
  readonly tofu?: string;
  /** Of the server that the console's database is on. */
  readonly postgres?: string;
}

/** The programs that are compared; `plain` is this one without policies. */
export type Variant = "flat" | "plain" | "policies";

/** Seconds of each run. */
export type Times = readonly number[];

/** Figures of one program for one number of tenants. */
export interface VariantTimes {
  /** A preview with nothing to change. */
  readonly preview: Times;
  /** An `up` with nothing to change. */
  readonly noChange: Times;
  /** The `up` that makes everything. */
  readonly firstUp: Times;
}

/** OpenTofu's figures for the part of the stack that it has the same providers for. */
export interface TofuTimes {
  readonly resources: number;
  /** A plan with nothing to change, which reads every resource from its service. */
  readonly plan: Times;
  /** The same by the state alone (`-refresh=false`), as Pulumi's previews are. */
  readonly planOfState: Times;
  readonly apply: Times;
}

/** All figures for one number of tenants. */
export interface FleetResult {
  readonly tenants: number;
  /** Custom resources, providers not counted: what the milliseconds a resource are of. */
  readonly resources: number;
  readonly variants: Readonly<Record<Variant, VariantTimes>>;
  /** Resources that the repeated `up`s changed, of all runs. */
  readonly changed: number;
  readonly tofu?: TofuTimes;
  readonly script?: { readonly objects: number; readonly apply: Times };
  /** Largest memory in bytes by program, over everything that was run. */
  readonly peak: ReadonlyMap<string, number>;
  /** Processor seconds by program of this program's preview with policies. */
  readonly cpu: ReadonlyMap<string, number>;
}

/** A `validate` of generated tenants. */
export interface ValidateResult {
  readonly tenants: number;
  /** With Node's own start. */
  readonly total: Times;
}

/** How long answers of one kind took. */
export interface AnswerTimes {
  readonly name: string;
  /** Milliseconds of each. */
  readonly times: Times;
  /** Milliseconds that 95 of 100 are to take at most. */
  readonly goal?: number;
}

/** A run of the console's collector, with its start. */
export interface CollectorRun {
  readonly name: string;
  readonly seconds: number;
  /** Seconds that it is to take at most. */
  readonly goal?: number;
  /** Milliseconds by source. */
  readonly sources: ReadonlyMap<string, number>;
  /** Largest memory, in bytes. */
  readonly peak: number;
}

/** The console's figures. */
export interface ConsoleResult {
  /** `resources` of all tenants. */
  readonly size: ConsoleSize;
  /** Bytes, compressed by gzip, that a browser loads before the first page shows. */
  readonly firstLoad: number;
  readonly answers: readonly AnswerTimes[];
  readonly collector: readonly CollectorRun[];
  /** The server's largest memory, in bytes. */
  readonly serverPeak: number;
}

/** What a run of the benchmark found; what was not asked for is missing. */
export interface Results {
  readonly machine: Machine;
  /** Day of the run, `2026-11-22`. */
  readonly day: string;
  /** Previews of an empty program. */
  readonly floor: Times;
  readonly fleets: readonly FleetResult[];
  readonly validate: {
    readonly nodeStart: Times;
    readonly runs: readonly ValidateResult[];
    /** Tenants whose closures of modules are solved, index and bundles read, no two alike. */
    readonly closures?: ValidateResult;
  };
  readonly console?: ConsoleResult;
}

/** This machine; versions as the programs tell them. */
export function thisMachine(versions: Pick<Machine, "pulumi" | "tofu" | "postgres">): Machine {
  const cpuinfo = readFileSync("/proc/cpuinfo", "utf8");
  return {
    cpu: /^model name\s*:\s*(.*)$/m.exec(cpuinfo)?.[1] ?? process.arch,
    cores: availableParallelism(),
    memory: Math.round(totalmem() / 2 ** 30),
    node: process.versions.node,
    ...versions,
  };
}
