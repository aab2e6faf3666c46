import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { processIdentity } from "../../lib/processIdentity.ts";

const PROVIDER = join(import.meta.dirname, "../../providers/odoosql/pulumi-resource-odoosql");

describe("provider odoosql without its engine", () => {
  it("ends, when the engine was killed", async () => {
    const engine = spawn("sh", ["-c", '"$1" 127.0.0.1:1 & echo $!; wait', "sh", PROVIDER], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    const lines = createInterface(engine.stdout)[Symbol.asyncIterator]();
    const pid = Number((await lines.next()).value);
    await lines.next(); // the port that it listens on: it is ready
    engine.kill("SIGKILL");
    await once(engine, "exit");
    while (processIdentity(pid) !== undefined) await sleep(50);
  });
});
