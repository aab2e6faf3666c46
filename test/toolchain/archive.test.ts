import assert from "node:assert/strict";
import { chmod, mkdtemp, readFile, readdir, rm, stat, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { exportToolchain, importToolchain } from "../../sandbox/toolchain/archive.ts";
import { ensureParts } from "../../sandbox/toolchain/ensure.ts";
import type { Installer } from "../../sandbox/toolchain/installer.ts";
import type { Part } from "../../sandbox/toolchain/parts.ts";

describe("a toolchain for another machine", () => {
  let temp = "";
  let lines: string[] = [];
  const log = (line: string) => void lines.push(line);
  const { ODOO_SANDBOX_TOOLCHAIN: preference } = process.env;
  before(() => void (process.env["ODOO_SANDBOX_TOOLCHAIN"] = "auto"));
  after(() => {
    if (preference !== undefined) process.env["ODOO_SANDBOX_TOOLCHAIN"] = preference;
  });
  beforeEach(async () => {
    temp = await mkdtemp(join(tmpdir(), "odoo-saas-archive-"));
    lines = [];
  });
  afterEach(() => rm(temp, { recursive: true, force: true }));

  function part(name: string, inputs: unknown, source: Installer["source"] = "official"): Part {
    const make: Installer["make"] = async ({ dir }) => {
      await writeFile(join(dir, "program"), `#!/bin/sh\necho ${name}\n`);
      await chmod(join(dir, "program"), 0o755);
      await symlink("program", join(dir, "alias"));
    };
    return {
      name,
      version: "1",
      group: "bench",
      programs: ["program"],
      installers: [{ source, doing: "making", inputs, make }],
    };
  }
  const here = () => join(temp, "here");
  const there = () => join(temp, "there");
  const file = () => join(temp, "toolchain.tar.gz");

  it("is packed and taken in: what is imported is not made again", async () => {
    const parts = [part("one", 1), part("two", 2)];
    await exportToolchain([], file(), log, { cache: here(), parts });
    const imported = await importToolchain(file(), log, { cache: there(), parts });
    assert.deepEqual(imported, { added: ["one", "two"], others: [] });
    const unmade = parts.map((each) => ({
      ...each,
      installers: each.installers.map((installer) => ({
        ...installer,
        make: () => Promise.reject(new Error("made again")),
      })),
    }));
    const [one] = await ensureParts(unmade, { cache: there(), log });
    assert.ok(one !== undefined);
    assert.equal((await stat(join(one.dir, "program"))).mode & 0o777, 0o755);
    assert.match(await readFile(join(one.dir, "alias"), "utf8"), /echo one/);
    assert.deepEqual((await readdir(there())).sort(), ["parts"]);
    // A second time changes nothing.
    assert.deepEqual(await importToolchain(file(), log, { cache: there(), parts }), imported);
  });

  it("leaves out what is of another version, and refuses an archive of nothing else", async () => {
    await exportToolchain([], file(), log, { cache: here(), parts: [part("one", 1), part("two", 2)] });
    const { added, others } = await importToolchain(file(), log, {
      cache: there(),
      parts: [part("one", 1), part("two", 3)],
    });
    assert.deepEqual([added, others.map((name) => name.split("-")[0])], [["one"], ["two"]]);
    assert.equal((await readdir(join(there(), "parts"))).length, 1);
    await assert.rejects(
      importToolchain(file(), log, { cache: join(temp, "elsewhere"), parts: [part("one", 4)] }),
      /has no part for this machine and this version/,
    );
  });

  it("has no program that the user has installed outside of the cache", async () => {
    await exportToolchain([], file(), log, { cache: here(), parts: [part("one", 1), part("own", 2, "path")] });
    assert.ok(lines.some((line) => line.startsWith("own is your own")));
    const { added } = await importToolchain(file(), log, { cache: there(), parts: [part("one", 1)] });
    assert.deepEqual(added, ["one"]);
  });

  it("is refused when it is not an archive", async () => {
    await writeFile(file(), "nothing");
    await assert.rejects(
      importToolchain(file(), log, { cache: there(), parts: [part("one", 1)] }),
      /cannot be unpacked/,
    );
  });
});
