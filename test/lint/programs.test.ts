import assert from "node:assert/strict";
import { join } from "node:path";
import { ESLint, Linter } from "eslint";
import { z } from "zod";
import { PROJECT_ROOT } from "../../lib/projectRoot.ts";

const configSchema = z.object({ rules: z.object({ "no-restricted-imports": z.array(z.unknown()).optional() }) });

/** What the lint rule for running programs says of a file that imports a module. */
async function problemsOf(file: string, module: string): Promise<string[]> {
  const config: unknown = await new ESLint({ cwd: PROJECT_ROOT }).calculateConfigForFile(join(PROJECT_ROOT, file));
  const rule = configSchema.parse(config).rules["no-restricted-imports"];
  if (rule === undefined) return [];
  const code = `import * as programs from "${module}";\nvoid programs;\n`;
  const rules: Linter.RulesRecord = { "no-restricted-imports": ["error", ...rule.slice(1)] };
  return new Linter().verify(code, [{ rules }]).map(({ message }) => message);
}

describe("running programs", function () {
  this.timeout(60_000);

  // Each way of its own to run a program has had its own messages, and left its own children behind.
  for (const folder of ["commands", "config", "features/delivery", "lib", "providers/odoosql"]) {
    it(`goes by lib/process.ts in ${folder}`, async () => {
      for (const module of ["child_process", "node:child_process", "execa"]) {
        const [problem = "", ...more] = await problemsOf(`${folder}/any.ts`, module);
        assert.match(problem, /Run programs by lib\/process\.ts\.$/);
        assert.deepEqual(more, []);
      }
      assert.deepEqual(await problemsOf(`${folder}/any.ts`, "node:fs"), []);
    });
  }

  it("is free in lib/process.ts and in tests", async () => {
    assert.deepEqual(await problemsOf("lib/process.ts", "execa"), []);
    assert.deepEqual(await problemsOf("test/any.test.ts", "node:child_process"), []);
  });

  it("is not for the program and its components, which run none", async () => {
    for (const file of ["index.ts", "components/any.ts"])
      assert.match((await problemsOf(file, "node:child_process")).join(), /The program reads its files only\./);
  });
});
