import assert from "node:assert/strict";
import { join } from "node:path";
import { loadProjectFiles } from "../../config/index.ts";
import { backupStorage, connectionBudget, memoryLimits, podLimits, quota } from "../../components/odooSizing.ts";
import { exampleTenant } from "../support/specs.ts";

const { plan } = exampleTenant();

describe("connectionBudget", () => {
  /** What all processes together may hold while a new version rolls out. */
  function most(size: typeof plan): number {
    const budget = connectionBudget(size);
    // serve.py's own look at the database in each pod.
    return (size.replicas + 1) * (size.workers * budget.worker + budget.gevent + 1) + budget.cron + 1;
  }

  it("never adds up to more than the plan's limit less the reserve", () => {
    for (let databaseConnections = 95; databaseConnections < 300; databaseConnections++) {
      const size = { ...plan, databaseConnections };
      assert.ok(most(size) <= databaseConnections - 4, `${databaseConnections} connections: ${most(size)} may be used`);
    }
  });

  it("gives each worker two connections at least and websockets sixteen, and refuses a plan that cannot", () => {
    // 3 pods of 5 workers at 2, 16 for websockets and 1 for serve.py; 4 + 5 and 1 for cron, a reserve of 4.
    assert.deepEqual(connectionBudget({ ...plan, databaseConnections: 95 }), { worker: 2, gevent: 16, cron: 9 });
    assert.throws(() => connectionBudget({ ...plan, databaseConnections: 94 }), {
      message:
        "plans.yaml: standard.databaseConnections is 94, expected at least 95: 3 web pods (replicas, and one while rolling) of 5 " +
        "workers and 16 connections for websockets, 1 cron threads, and a reserve of 4 would run out of connections. Raise it, " +
        "or lower workers or replicas.",
    });
  });

  it("gives websockets sixteen at least, whatever the plan", () => {
    for (let databaseConnections = 95; databaseConnections < 300; databaseConnections++) {
      assert.ok(connectionBudget({ ...plan, databaseConnections }).gevent >= 16);
    }
  });

  it("accepts every plan of plans.yaml", () => {
    const result = loadProjectFiles(join(import.meta.dirname, "../.."));
    assert.ok(result.ok);
    for (const size of result.projectFiles.plans.values()) connectionBudget(size);
  });
});

describe("memoryLimits", () => {
  it("is Odoo's defaults in a pod that has room for them", () => {
    assert.deepEqual(memoryLimits(plan), { soft: 2048 * 2 ** 20, hard: 2560 * 2 ** 20 });
  });

  it("is the pod's memory where that is less", () => {
    const small = { ...plan, memory: { request: "1Gi", limit: "1Gi" } };
    assert.deepEqual(memoryLimits(small), { soft: Math.floor(0.8 * 2 ** 30), hard: 2 ** 30 });
  });
});

describe("quota", () => {
  it("has room for the plan's volumes and any plan's pods, and none for a way in", () => {
    assert.deepEqual(quota(plan), {
      "requests.storage": "60Gi",
      persistentvolumeclaims: "2",
      pods: "30",
      "services.loadbalancers": "0",
      "services.nodeports": "0",
    });
    assert.equal(backupStorage(plan), "40Gi");
  });

  it("leaves room for the numbers' container beside the plan's", () => {
    assert.deepEqual(podLimits(plan), { cpu: "2200m", memory: "5216Mi" });
  });
});
