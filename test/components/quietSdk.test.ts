import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { execa } from "execa";
import { z } from "zod";
import { PROJECT_ROOT } from "../../lib/projectRoot.ts";

/** Makes a resource with the SDK and prints how often it wrote a debug message, and a message of the wire as text. */
const PROGRAM = `
  import log from "@pulumi/pulumi/log/index.js";
  import * as pulumi from "@pulumi/pulumi";
  import protobuf from "google-protobuf";

  const count = { debug: 0, text: 0 };
  const debug = log.debug;
  log.debug = (...args) => (count.debug++, debug(...args));
  const { toString } = protobuf.Message.prototype;
  protobuf.Message.prototype.toString = function () {
    count.text++;
    return toString.call(this);
  };
  if (process.argv[1] !== undefined) await import(process.argv[1]);
  await pulumi.runtime.setMocks({ newResource: ({ name, inputs }) => ({ id: name, state: inputs }), call: () => ({}) });
  new pulumi.CustomResource("test:index:Thing", "thing", { size: 1 });
  await pulumi.runtime.disconnect();
  console.log(JSON.stringify(count));
`;

async function count(...imported: string[]): Promise<unknown> {
  const { stdout } = await execa(process.execPath, ["--input-type=module", "--eval", PROGRAM, ...imported], {
    cwd: PROJECT_ROOT,
  });
  return JSON.parse(stdout);
}

describe("a quiet SDK", () => {
  // Fails when the SDK changes what is replaced: it is of no use then.
  it("writes messages through what is replaced", async () => {
    const { debug, text } = z.object({ debug: z.int(), text: z.int() }).parse(await count());
    assert.ok(debug >= 3 && text >= 1, `${debug} debug messages, ${text} as text`);
  });

  it("writes none", async () => {
    assert.deepEqual(await count(join(PROJECT_ROOT, "components/quietSdk.ts")), { debug: 0, text: 0 });
  });

  it("is what the program imports first", () => {
    const [first] = readFileSync(join(PROJECT_ROOT, "index.ts"), "utf8").match(/^import .*$/m) ?? [];
    assert.equal(first, 'import "./components/quietSdk.ts";');
  });
});
