import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { z } from "zod";

const ROOT = join(import.meta.dirname, "../..");
const { scripts } = z
  .object({ scripts: z.record(z.string(), z.string()) })
  .parse(JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")));

/** Files of this project that a script runs, in their order. */
function filesOf(script: string): string[] {
  return script.match(/(?<= )[\w/]+\.ts(?= |$)/g) ?? [];
}

/** Scripts that run a command of this project, and are not a row of other scripts. */
const COMMANDS = Object.entries(scripts).filter(
  ([name, script]) => filesOf(script).length > 0 && !script.includes("mocha") && !name.endsWith(":check"),
);

/** The first command of each file: what `sandbox/main.ts` hands on to Pulumi is not among them. */
const FIRST = COMMANDS.filter(
  ([, script], index) => COMMANDS.findIndex(([, other]) => filesOf(other).join() === filesOf(script).join()) === index,
);

interface Ended {
  readonly status: number | null;
  readonly output: string;
}

describe("every command of package.json", function () {
  this.timeout(60_000);
  let folder: string;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), "odoo-saas-help-"));
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  /** Calls a command on a machine that has nothing of the toolchain, and neither git nor npm nor a shell on its PATH. */
  function call(script: string, ...more: string[]): Promise<Ended> {
    const [, , ...words] = script.split(" ");
    const [file = "", ...args] = words;
    return new Promise((done) => {
      const child = execFile(
        process.execPath,
        [join(ROOT, file), ...args, ...more],
        {
          cwd: folder,
          timeout: 30_000,
          env: {
            PATH: join(folder, "nothing"),
            HOME: folder,
            ODOO_SANDBOX_HOME: join(folder, "home"),
            ODOO_SANDBOX_CACHE: join(folder, "cache"),
            NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE,
          },
        },
        (_, out, err) => done({ status: child.exitCode, output: `${out}${err}` }),
      );
    });
  }

  it("is one line that runs one program", () => {
    assert.ok(COMMANDS.length > 40, String(COMMANDS.length));
    for (const [name, script] of COMMANDS) {
      assert.match(
        script,
        /^node run\.mjs [\w/]+\.ts(?: [\w/.]+)*$/,
        `${name}: its command prepares what it needs itself`,
      );
    }
  });

  for (const [name, script] of FIRST) {
    it(`${name} says how it is called, at once`, async () => {
      const [help, wrong] = await Promise.all([call(script, "--help"), call(script, "--no-such-option")]);
      assert.equal(help.status, 0, help.output);
      assert.match(help.output, /^usage: npm run /);
      assert.equal(wrong.status, 2, wrong.output);
      assert.match(wrong.output, /usage: npm run /);
      assert.doesNotMatch(wrong.output, /^\s+at /m);
      assert.ok(!existsSync(join(folder, "cache")), "it has begun to prepare the toolchain");
    });
  }
});
