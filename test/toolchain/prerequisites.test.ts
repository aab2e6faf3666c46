import assert from "node:assert/strict";
import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { MissingPrerequisite, requireGo, requireJava, requireSpace } from "../../sandbox/toolchain/prerequisites.ts";

describe("the toolchain's prerequisites", function () {
  this.timeout(60_000);
  let temp = "";
  beforeEach(async () => {
    temp = await mkdtemp(join(tmpdir(), "odoo-saas-prerequisites-"));
    await writeFile(join(temp, "go.mod"), "module example\n\ngo 1.25.3\n");
  });
  afterEach(async () => rm(temp, { recursive: true, force: true }));

  async function fake(name: string, script: string): Promise<NodeJS.ProcessEnv> {
    await writeFile(join(temp, name), `#!/bin/sh\n${script}\n`);
    await chmod(join(temp, name), 0o755);
    return { PATH: temp };
  }
  const goSays = (version: string, toolchain: string) => fake("go", `echo ${version}; echo ${toolchain}`);
  const javaSays = (line: string) => fake("java", `echo '${line}' >&2`);

  it("accept a Go that is new enough, or that fetches a newer one itself", async () => {
    for (const [version, toolchain] of [
      ["go1.25.3", "local"],
      ["go1.26.0", "local"],
      ["go1.30", "auto"],
      ["go1.21.0", "auto"],
    ] as const) {
      await requireGo(temp, await goSays(version, toolchain));
    }
  });

  it("say what Go is for, which is needed, what was found and how to go on", async () => {
    const refused: [NodeJS.ProcessEnv, RegExp][] = [
      [{ PATH: join(temp, "nothing") }, /no `go` was found on PATH/],
      [await goSays("go1.25.2", "local"), /found go1\.25\.2, which GOTOOLCHAIN=local keeps from fetching/],
    ];
    for (const [env, message] of refused) {
      await assert.rejects(requireGo(temp, env), (error: Error) => {
        assert.ok(error instanceof MissingPrerequisite);
        assert.match(error.message, /Go 1\.25\.3 or later is needed.*built from source/);
        assert.match(error.message, message);
        assert.match(error.message, /https:\/\/go\.dev\/dl.*run the same command again/);
        return true;
      });
    }
    await assert.rejects(requireGo(temp, await goSays("go1.19.8", "")), /found go1\.19\.8\. /);
  });

  it("accept Java from 17 on, from JAVA_HOME or PATH, and say what else was found", async () => {
    await requireJava(await javaSays('openjdk version "17.0.15" 2025-04-15'));
    await requireJava(await javaSays('openjdk version "21" 2023-09-19'));
    for (const version of ["1.8.0_402", "11.0.22"]) {
      const env = await javaSays(`openjdk version "${version}"`);
      await assert.rejects(requireJava(env), (error: Error) => {
        assert.ok(error instanceof MissingPrerequisite);
        assert.ok(error.message.includes(`\`java\` is version ${version}`), error.message);
        assert.match(error.message, /needed to run Keycloak.*Install Java 17 or 21/);
        return true;
      });
    }
    const elsewhere = { PATH: temp, JAVA_HOME: join(temp, "jdk") };
    await assert.rejects(requireJava(elsewhere), /jdk\/bin\/java` could not be run.*JAVA_HOME/);
  });

  it("tell how much space is free, how much is needed, and where else it could be", async () => {
    await requireSpace(temp, 1);
    await assert.rejects(requireSpace(temp, 2 ** 60), /GiB free; .* needs 1073741824\.0 GiB\..*ODOO_SANDBOX_CACHE/);
  });
});
