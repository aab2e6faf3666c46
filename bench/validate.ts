import { join } from "node:path";
import { setTenants } from "./checkout.ts";
import { run } from "./processes.ts";
import type { Results, ValidateResult } from "./results.ts";

/** What the measurement needs to know. */
export interface ValidateOptions {
  /** A copy of the project, whose tenants are replaced. */
  readonly checkout: string;
  /** Numbers of tenants. */
  readonly sizes: readonly number[];
  readonly runs: number;
  readonly log: (line: string) => void;
  readonly signal: AbortSignal;
}

/** Tenants whose closures are solved. */
const CLOSURES = 1000;

/** Times `validate` on generated tenants, the solver, and Node's own start: all in new processes, after one run that fills caches. */
export async function measureValidate({
  checkout,
  sizes,
  runs,
  log,
  signal,
}: ValidateOptions): Promise<Results["validate"]> {
  const timed = async (args: readonly string[]): Promise<number[]> => {
    const times: number[] = [];
    for (let index = -1; index < runs; index++) {
      const { seconds } = await run(process.execPath, args, { cwd: checkout, signal });
      if (index >= 0) times.push(seconds);
    }
    return times;
  };
  const nodeStart = await timed(["--eval", "0"]);
  const results: ValidateResult[] = [];
  for (const tenants of sizes) {
    log(`validate ${tenants} tenants`);
    setTenants(checkout, tenants);
    results.push({ tenants, total: await timed([join(checkout, "cli", "validate.ts")]) });
  }
  log(`closures of ${CLOSURES} tenants`);
  const total = await timed([join(import.meta.dirname, "closures.ts"), String(CLOSURES)]);
  return { nodeStart, runs: results, closures: { tenants: CLOSURES, total } };
}
