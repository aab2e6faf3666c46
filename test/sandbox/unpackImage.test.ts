import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { unpackImage } from "../../sandbox/pods/unpackImage.ts";

describe("an image", () => {
  let folder: string;
  let root: string;
  const lines: string[] = [];
  const log = (line: string) => void lines.push(line);

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "odoo-saas-image-"));
    root = join(folder, "root");
    for (const name of ["root", "bin", "image/etc/dev", "image/dev"])
      mkdirSync(join(folder, name), { recursive: true });
    lines.length = 0;
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  /** A container engine that notes its calls, with one image. */
  function engine(name: string, exporting = `tar -c -C '${folder}/image' .`): NodeJS.ProcessEnv {
    const file = join(folder, "bin", name);
    const script = [
      "#!/bin/sh",
      `echo "$*" >>'${folder}/calls'`,
      'case "$1 $2" in',
      '"create odoo:18") echo "Pulling from odoo" >&2; echo "Trying to pull"; echo c0ffee ;;',
      `"export c0ffee") ${exporting} ;;`,
      '"rm c0ffee" | "--version ") ;;',
      '*) echo "no such image" >&2; exit 125 ;;',
      "esac",
      "",
    ].join("\n");
    writeFileSync(file, script);
    chmodSync(file, 0o755);
    return { ...process.env, PATH: [join(folder, "bin"), "/usr/bin", "/bin"].join(delimiter) };
  }

  const calls = () => readFileSync(join(folder, "calls"), "utf8").trim().split("\n");

  it("is unpacked by the engine that is there, without devices, and its container is removed", async () => {
    writeFileSync(join(folder, "image/etc/os-release"), "NAME=image");
    writeFileSync(join(folder, "image/etc/dev/kept"), "");
    execFileSync("mkfifo", [join(folder, "image/dev/console")]);
    await unpackImage("odoo:18", root, { env: engine("docker"), log });
    assert.equal(readFileSync(join(root, "etc/os-release"), "utf8"), "NAME=image");
    assert.deepEqual(readdirSync(join(root, "dev")), []);
    assert.deepEqual(readdirSync(join(root, "etc/dev")), ["kept"]);
    assert.deepEqual(calls(), ["--version", "create odoo:18", "export c0ffee", "rm c0ffee"]);
    assert.ok(lines.includes("Pulling from odoo"), lines.join("\n"));
    assert.match(lines.at(-1) ?? "", /^\d+ MiB unpacked in \d+ s$/);
  });

  it("that the engine does not have, or does not export to its end, is refused", async () => {
    const env = engine("docker", "echo 'no space' >&2; exit 1");
    await assert.rejects(unpackImage("other", root, { env, log }), /docker create other ended with 125, expected/);
    assert.ok(lines.includes("no such image"));
    await assert.rejects(unpackImage("odoo:18", root, { env, log }), /docker export ended with 1, expected/);
    assert.equal(calls().at(-1), "rm c0ffee");
  });

  it("needs an engine", async () => {
    const env = { PATH: join(folder, "bin") };
    await assert.rejects(unpackImage("odoo:18", root, { env, log }), {
      message:
        "docker and podman are not on PATH, expected one of them to unpack odoo:18: export it elsewhere and use --root",
    });
  });
});
