import assert from "node:assert/strict";
import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  go,
  goVersionOf,
  highest,
  java,
  MissingPrerequisite,
  postgresqlClient,
  python,
  requireAll,
  space,
} from "../../sandbox/toolchain/prerequisites.ts";
import type { Check } from "../../sandbox/toolchain/prerequisites.ts";

describe("the toolchain's prerequisites", () => {
  let temp = "";
  beforeEach(async () => {
    temp = await mkdtemp(join(tmpdir(), "odoo-saas-prerequisites-"));
  });
  afterEach(async () => rm(temp, { recursive: true, force: true }));

  async function fake(name: string, script: string): Promise<NodeJS.ProcessEnv> {
    await writeFile(join(temp, name), `#!/bin/sh\n${script}\n`);
    await chmod(join(temp, name), 0o755);
    return { PATH: temp };
  }
  const goSays = (version: string, toolchain: string) => fake("go", `echo ${version}; echo ${toolchain}`);
  const javaSays = (line: string) => fake("java", `echo '${line}' >&2`);
  const missing = async (check: Check, env: NodeJS.ProcessEnv) => (await check(env))?.what;
  const nothing = () => ({ PATH: join(temp, "nothing") });

  it("accept a Go that is new enough, or that fetches a newer one itself", async () => {
    for (const [version, toolchain] of [
      ["go1.25.3", "local"],
      ["go1.26.0", "local"],
      ["go1.30", "auto"],
      ["go1.21.0", "auto"],
    ] as const) {
      assert.equal(await missing(go("1.25.3"), await goSays(version, toolchain)), undefined);
    }
  });

  it("say which Go is needed and what was found", async () => {
    const needed = "Go 1.25.3 or later, to build programs that cannot be downloaded from here";
    assert.equal(await missing(go("1.25.3"), nothing()), `${needed}: no \`go\` was found on PATH`);
    assert.equal(
      await missing(go("1.25.3"), await goSays("go1.25.2", "local")),
      `${needed}: found go1.25.2, which GOTOOLCHAIN=local keeps from fetching a newer release`,
    );
    assert.equal(await missing(go("1.25.3"), await goSays("go1.19.8", "")), `${needed}: found go1.19.8`);
  });

  it("ask for the highest Go that any module needs", async () => {
    assert.equal(highest(["1.25.0", "1.25.11", "1.25.8"]), "1.25.11");
    await writeFile(join(temp, "go.mod"), "module example\n\ngo 1.25.3\n");
    assert.equal(goVersionOf(temp), "1.25.3");
  });

  it("accept Java from 17 on, from JAVA_HOME or PATH, and say what else was found", async () => {
    assert.equal(await missing(java, await javaSays('openjdk version "17.0.15" 2025-04-15')), undefined);
    assert.equal(await missing(java, await javaSays('openjdk version "21" 2023-09-19')), undefined);
    for (const version of ["1.8.0_402", "11.0.22"]) {
      const env = await javaSays(`openjdk version "${version}"`);
      assert.equal(await missing(java, env), `Java 17 or later, to run Keycloak: \`java\` is version ${version}`);
    }
    const elsewhere = { PATH: temp, JAVA_HOME: join(temp, "jdk") };
    assert.match((await missing(java, elsewhere)) ?? "", /jdk\/bin\/java` could not be run/);
  });

  it("accept Python 3.10 to 3.14 with pip", async () => {
    for (const version of ["3.10", "3.14"]) {
      assert.equal(await missing(python, await fake("python3", `echo ${version}`)), undefined);
    }
    assert.match((await missing(python, await fake("python3", "echo 3.9"))) ?? "", /`python3` is version 3\.9$/);
    assert.match((await missing(python, await fake("python3", "echo 3.15"))) ?? "", /`python3` is version 3\.15$/);
    assert.match((await missing(python, await fake("python3", "exit 1"))) ?? "", /`python3` has no pip$/);
    assert.match((await missing(python, nothing())) ?? "", /no `python3` was found on PATH$/);
  });

  it("accept a PostgreSQL client from 15 on, from ODOO_SAAS_POSTGRES_BIN or PATH", async () => {
    const env = await fake("pg_dump", "echo 'pg_dump (PostgreSQL) 15.18'");
    assert.equal(await missing(postgresqlClient, env), undefined);
    assert.equal(await missing(postgresqlClient, { PATH: "", ODOO_SAAS_POSTGRES_BIN: temp }), undefined);
    assert.match((await missing(postgresqlClient, nothing())) ?? "", /no `pg_dump` was found$/);
    const old = await fake("pg_dump", "echo 'pg_dump (PostgreSQL) 14.2'");
    assert.match((await missing(postgresqlClient, old)) ?? "", /`pg_dump` is version 14$/);
  });

  it("say how much space is free, and how much is needed", async () => {
    assert.equal(await missing(space(temp, 1), {}), undefined);
    assert.match(
      (await missing(space(temp, 2 ** 60), {})) ?? "",
      /^1073741824\.0 GiB of free disk in .*: .* GiB are free$/,
    );
  });

  it("are all reported at once, and the last line installs them by the system's package manager", async () => {
    await fake("apt-get", "");
    const sudo = process.getuid?.() === 0 ? "" : "sudo ";
    await assert.rejects(
      requireAll([go("1.25.3"), java, python, space(temp, 2 ** 60)], { PATH: temp }),
      (error: Error) => {
        assert.ok(error instanceof MissingPrerequisite);
        for (const name of ["Go 1.25.3", "Java 17", "Python 3.10", "1073741824.0 GiB of free disk"]) {
          assert.ok(error.message.includes(`\n  ${name}`), error.message);
        }
        assert.equal(
          error.message.split("\n").at(-1),
          `Install: ${sudo}apt-get install openjdk-17-jre-headless python3 python3-pip; Go from https://go.dev/dl; disk: free some, or set ODOO_SANDBOX_CACHE to a folder on another disk`,
        );
        return true;
      },
    );
    await assert.rejects(requireAll([java], nothing()), /\nInstall: Java from https:\/\/adoptium\.net/);
    await requireAll([space(temp, 1)], nothing());
  });
});
