import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { ConfigError } from "../../../config/index.ts";
import { modulesAlong } from "../../../config/modules.ts";
import { DeliveryError } from "../deliveryError.ts";
import { resolve } from "../resolved.ts";
import { openStack } from "./access.ts";
import { CHECKS } from "./checks.ts";
import type { Subject } from "./check.ts";

const resultSchema = z.object({ tenant: z.string(), check: z.string(), passed: z.boolean(), message: z.string() });

/** What smoke tests found. */
export const smokeSchema = z.object({
  stack: z.string(),
  /** ISO 8601, when the last check had ended. */
  finishedAt: z.iso.datetime(),
  /** Tenants whose checks ran, or that are not to run. */
  tenants: z.array(z.string()),
  results: z.array(resultSchema),
});

/** What smoke tests found. */
export type SmokeReport = z.output<typeof smokeSchema>;
type Result = z.output<typeof resultSchema>;

/**
 * Tests a stack's tenants on the real servers; of a paused tenant only that nobody gets in.
 *
 * @param only ids of tenants. Default: all of the stack
 * @param say called with each result
 * @throws ConfigError, DeliveryError, PulumiError when the stack cannot be looked at
 */
export async function runSmoke(
  root: string,
  stack: string,
  only: readonly string[] | undefined,
  log: (line: string) => void,
): Promise<SmokeReport> {
  const resolved = resolve(root);
  const specs = resolved.stacks.get(stack)?.tenants;
  if (specs === undefined)
    throw new ConfigError("The stack cannot be tested", [`Pulumi.${stack}.yaml is missing or invalid`]);
  const access = await openStack(root, stack);
  const { bundles, tables } = resolved.projectFiles;
  const along = modulesAlong(bundles, tables);
  const results: Result[] = [];
  for (const [id, spec] of specs) {
    if (only !== undefined && !only.includes(id)) continue;
    const found = await testTenant({ spec, access, bundles, along });
    for (const { check, passed, message } of found) log(`${passed ? "ok    " : "FAILED"} ${id} ${check}: ${message}`);
    results.push(...found);
  }
  const tenants = [...new Set(results.map(({ tenant }) => tenant))];
  return { stack, finishedAt: new Date().toISOString(), tenants, results };
}

/** Writes a report to `smoke-<stack>.json`. */
export function writeSmoke(folder: string, report: SmokeReport): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, `smoke-${report.stack}.json`), `${JSON.stringify(report, undefined, 2)}\n`);
}

/** @throws DeliveryError that names each check that failed */
export function assertPassed({ stack, results }: SmokeReport): void {
  const failed = results.filter(({ passed }) => !passed);
  if (failed.length === 0) return;
  const what = failed.map(({ tenant, check, message }) => `${tenant} ${check}: ${message}`).join("; ");
  throw new DeliveryError(`Smoke tests of ${stack} failed: ${what}`, "smoke");
}

async function testTenant(given: Omit<Subject, "own">): Promise<Result[]> {
  const { spec, access } = given;
  const own = access.tenants.get(spec.id);
  if (own === undefined)
    return [
      { tenant: spec.id, check: "exists", passed: false, message: "is not in the stack: it was never brought up" },
    ];
  const subject: Subject = { ...given, own };
  const checks = spec.lifecycle === "active" ? Object.keys(CHECKS) : ["isolation"];
  const results: Result[] = [];
  for (const check of checks) {
    try {
      const message = (await CHECKS[check]?.(subject)) ?? "";
      results.push({ tenant: spec.id, check, passed: true, message });
    } catch (error) {
      results.push({
        tenant: spec.id,
        check,
        passed: false,
        message: error instanceof Error ? error.message : String(error),
      });
    }
  }
  return results;
}
