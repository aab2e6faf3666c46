import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import type { z } from "zod";
import { news } from "./support/mutationOrders.ts";
import type { figures } from "./support/mutationOrders.ts";

/** Mutants of tenant files, or as many as `MUTATIONS` says, and of the other files that are read. */
const TENANT_MUTANTS = Number(process.env.MUTATIONS ?? 3_000);
const OTHER_MUTANTS = 400;
/** One for each of a small machine's processors. */
const WORKERS = 2;
/** Every run tries the same mutants, unless this says otherwise; what a failure prints repeats it. */
const SEED = Number(process.env.MUTATIONS_SEED ?? 20261122);
/** Mutants of which one hangs when they take this long, in seconds: as many as a worker tries until it says that it goes on. */
const PATIENCE_SECONDS = 100;

/** Tries mutants beside this thread, which a reading that never ends would stop too. */
async function tryMutants(seed: number): Promise<z.output<typeof figures>> {
  const root = mkdtempSync(join(tmpdir(), "odoo-saas-mutants-"));
  const workerData = { root, seed, tenants: TENANT_MUTANTS / WORKERS, others: OTHER_MUTANTS / WORKERS };
  const worker = new Worker(new URL("./support/mutationWorker.ts", import.meta.url), { workerData });
  const patience = setTimeout(() => void worker.terminate(), PATIENCE_SECONDS * 1000);
  try {
    return await new Promise((resolve, reject) => {
      worker.on("message", (message: unknown) => {
        const said = news.parse(message);
        if ("isAlive" in said) patience.refresh();
        else resolve(said);
      });
      worker.once("error", reject);
      worker.once("exit", () => {
        const text = readFileSync(join(root, "tenants/acme-eu.yaml"), "utf8");
        reject(new Error(`A reading does not end (seed ${seed}). The file, as JSON:\n${JSON.stringify(text)}`));
      });
    });
  } finally {
    clearTimeout(patience);
    await worker.terminate();
    rmSync(root, { recursive: true, force: true });
  }
}

describe("whatever the files hold", function () {
  // A busy machine may take its time; what hangs is noticed before.
  this.timeout(1_800_000);
  const total = { tried: 0, refused: 0, understood: 0 };

  it("loading ends, with problems that have a place or with exactly what the file says, and never throws", async () => {
    const seeds = Array.from({ length: WORKERS }, (_, index) => SEED + index);
    const results = await Promise.all(seeds.map(tryMutants));
    const failed = results.flatMap(({ failure }, index) =>
      failure === undefined ? [] : [`MUTATIONS_SEED=${String(SEED)}, worker ${index}: ${failure}`],
    );
    if (failed.length > 0) assert.fail(failed.join("\n\n"));
    for (const { tried, refused, understood } of results) {
      total.tried += tried;
      total.refused += refused;
      total.understood += understood;
    }
    assert.ok(total.refused > 0 && total.understood > 0, "mutants of both sorts are tried");
  });

  after(() => {
    console.log(
      `      mutants: ${total.tried} tried, ${total.refused} refused with a place, ${total.understood} tenants understood as a second reader does`,
    );
  });
});
