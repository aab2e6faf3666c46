import assert from "node:assert/strict";
import { readFileSync, rmSync } from "node:fs";
import { compliantStack } from "./support/fixtures.ts";
import { writeHostFiles } from "./support/hostCheckout.ts";
import { startPack } from "./support/packProcess.ts";
import { copyPack, releasedCheckout } from "./support/releasedCheckout.ts";

/** Tenants of the fixture's size that make about 3,000 resources. */
const TENANTS = 80;

/** Processor time that a process has used, in milliseconds: fields 14 and 15 of proc(5), in hundredths of a second. */
function processorMs(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8")
    .replace(/^.*\) /, "")
    .split(" ");
  return (Number(fields[11]) + Number(fields[12])) * 10;
}

describe("policy pack on a large stack", () => {
  it("judges 3,000 resources, and tells how long it took", async () => {
    const tenants = Array.from({ length: TENANTS }, (_, index) => `tenant-${index}`);
    const resources = compliantStack("prod", tenants);
    assert(resources.length >= 3000, `${resources.length} resources`);
    const root = writeHostFiles(releasedCheckout(resources), tenants);
    const pack = await startPack(copyPack(root));
    try {
      const idle = processorMs(pack.pid);
      const started = performance.now();
      assert.deepEqual(await pack.analyze(resources), []);
      const judged = performance.now();
      const worked = processorMs(pack.pid);
      assert.deepEqual(await pack.analyzeStack(resources), []);
      const ended = performance.now();
      const wall = `${(judged - started).toFixed(0)} ms one by one, ${(ended - judged).toFixed(0)} ms together`;
      const processor = `${worked - idle} ms and ${processorMs(pack.pid) - worked} ms`;
      const memory = /VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pack.pid}/status`, "utf8"))?.[1];
      console.log(
        `      ${resources.length} resources: ${wall} (the pack's processor time: ${processor}), ` +
          `${Math.round(Number(memory) / 1024)} MB at most`,
      );
    } finally {
      await pack.stop();
      rmSync(root, { recursive: true });
    }
  });
});
