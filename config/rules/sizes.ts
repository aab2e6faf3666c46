import { cpuMillis } from "../quantity.ts";
import { quote } from "../schemas/common.ts";
import { TENANT_ENVIRONMENTS } from "../schemas/tenant.ts";
import type { Plan } from "../types.ts";
import { tenantFile } from "./rule.ts";
import type { Rule, RuleProblem } from "./rule.ts";

/**
 * Most tenants of one cell in one environment: each is a realm, one Keycloak serves a cell, and its administration gets
 * slow with 200 to 300 realms (reports in https://github.com/keycloak/keycloak/issues/20453 and /issues/38803). Raise it
 * when a measurement on the version that runs says otherwise.
 */
export const MAX_TENANTS_PER_CELL = 200;

/** A cell is not larger than its Keycloak can serve. */
export const cellCapacity: Rule = ({ tenants }) => {
  const counts = new Map<string, number>();
  const problems: RuleProblem[] = [];
  for (const { id, cell, environments } of tenants.values()) {
    for (const name of TENANT_ENVIRONMENTS) {
      if (environments[name] === undefined) continue;
      const key = `${name}/${cell}`;
      const count = (counts.get(key) ?? 0) + 1;
      counts.set(key, count);
      if (count === MAX_TENANTS_PER_CELL + 1) {
        problems.push({
          file: tenantFile(id),
          path: ["cell"],
          message: `is ${quote(cell)}, which has ${MAX_TENANTS_PER_CELL} tenants in ${name} before this one, expected another cell`,
        });
      }
    }
  }
  return problems;
};

/**
 * Connections that a plan needs at least: two for each worker, sixteen for the websocket process and one for the look at the
 * revision, of one web pod more than the replicas while a new version rolls out; four for each cron thread and six for the cron
 * pod's requests, jobs and look; four in reserve. The release splits the plan's limit over its processes by the same numbers.
 */
export function leastConnections(plan: Pick<Plan, "replicas" | "workers" | "cronWorkers">): number {
  return (plan.replicas + 1) * (plan.workers * 2 + 16 + 1) + (4 * plan.cronWorkers + 6) + 4;
}

/** A plan's connections are enough for its processes, and its workers not more than its CPU serves. */
export const planSizes: Rule = ({ plans }) =>
  [...plans.values()].flatMap((plan) => {
    const problems: RuleProblem[] = [];
    const connections = leastConnections(plan);
    if (plan.databaseConnections < connections) {
      problems.push({
        file: "plans.yaml",
        path: [plan.name, "databaseConnections"],
        message: `is ${plan.databaseConnections}, expected at least ${connections} for its workers, websockets, cron threads, one more pod during updates, and a reserve`,
      });
    }
    // Odoo's own rule of thumb (https://www.odoo.com/documentation/18.0/administration/on_premise/deploy.html#worker-number-calculation).
    const workers = Math.floor((2 * cpuMillis(plan.cpu.limit)) / 1000 + 1);
    if (plan.workers > workers) {
      problems.push({
        file: "plans.yaml",
        path: [plan.name, "workers"],
        message: `is ${plan.workers}, expected at most ${workers}: twice the CPU limit plus one`,
      });
    }
    return problems;
  });
