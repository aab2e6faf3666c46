import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { writeOdooCommand } from "../../sandbox/pods/bubblewrap.ts";
import { startContainer } from "../../sandbox/pods/container.ts";
import type { RunningContainer } from "../../sandbox/pods/container.ts";
import { openOwnOdoo } from "../../sandbox/pods/ownOdoo.ts";
import type { OwnOdoo } from "../../sandbox/pods/ownOdoo.ts";

/** Programs of this machine that the image of this test has. */
const PROGRAMS = ["sh", "cat", "id", "ls", "sleep", "touch"];

const LOOK = `
echo "user $(id -u):$(id -g)"
odoo --version
echo "variables $A $HOME $ODOO_RC \${SECRET-none}"
echo "in $PWD: $(ls -d / /work* /home* /srv* 2>/dev/null)"
echo "configuration $(cat /etc/odoo/odoo.conf)"
touch /usr/written /etc/odoo/written /written 2>/dev/null || echo read-only
touch /var/lib/odoo/written /tmp/written && echo written
while read -r name value; do case $name in CapEff: | CapBnd:) echo "$name $value" ;; esac; done </proc/self/status
echo "process $$"
`;

/** Containers run for real: needs bubblewrap, and a kernel that lets it make user namespaces. */
describe("a container of an image", () => {
  let folder: string;
  let odoo: OwnOdoo;
  const started: RunningContainer[] = [];

  before(() => {
    folder = mkdtempSync(join(tmpdir(), "odoo-saas-containers-"));
    const root = join(folder, "image");
    const write = (path: string, text: string) => {
      mkdirSync(dirname(join(root, path)), { recursive: true });
      writeFileSync(join(root, path), text);
    };
    for (const path of ["etc/odoo", "var/lib/odoo", "proc", "dev", "tmp"])
      mkdirSync(join(root, path), { recursive: true });
    const copy = (file: string, path: string) => {
      write(path, "");
      copyFileSync(file, join(root, path));
    };
    for (const program of PROGRAMS) {
      const file = execFileSync("which", [program], { encoding: "utf8" }).trim();
      copy(file, `usr/bin/${program}`);
      for (const [library] of execFileSync("ldd", [file], { encoding: "utf8" }).matchAll(/\/\S+(?= \()/g))
        copy(library, library);
    }
    symlinkSync("usr/bin", join(root, "bin"));
    write("usr/bin/odoo", '#!/bin/sh\necho "Odoo of the image: $*"\n');
    chmodSync(join(root, "usr/bin/odoo"), 0o755);
    write("usr/lib/python3/dist-packages/odoo/release.py", "version_info = (18, 0, 0, FINAL, 0, '')\n");
    odoo = openOwnOdoo({ kind: "root", root });
    for (const name of ["files", "conf"]) mkdirSync(join(folder, name));
    writeFileSync(join(folder, "conf/odoo.conf"), "[options]");
  });
  afterEach(() => {
    for (const { pid, isRunning } of started.splice(0)) if (isRunning()) process.kill(pid, "SIGKILL");
  });
  after(() => rmSync(folder, { recursive: true }));

  async function start(name: string, script: string): Promise<RunningContainer> {
    const container = await startContainer(
      {
        name,
        command: ["/bin/sh", "-c"],
        args: [script],
        env: [
          { name: "A", value: "given" },
          { name: "HOME", value: "/var/lib/odoo" },
        ],
        volumeMounts: [
          { name: "conf", mountPath: "/etc/odoo", readOnly: true },
          { name: "files", mountPath: "/var/lib/odoo" },
        ],
      },
      {
        odoo,
        volumes: new Map(["conf", "files"].map((volume) => [volume, join(folder, volume)])),
        programs: join(folder, "programs"),
        log: join(folder, `${name}.log`),
      },
    );
    started.push(container);
    return container;
  }

  it("sees the image and its mounts, as user 100 without rights", async () => {
    process.env.SECRET = "of this process";
    const { ended } = await start("look", LOOK);
    delete process.env.SECRET;
    assert.equal(await ended, 0, readFileSync(join(folder, "look.log"), "utf8"));
    assert.deepEqual(readFileSync(join(folder, "look.log"), "utf8").trim().split("\n"), [
      "user 100:101",
      "Odoo of the image: --version",
      "variables given /var/lib/odoo /etc/odoo/odoo.conf none",
      "in /: /",
      "configuration [options]",
      "read-only",
      "written",
      "CapEff: 0000000000000000",
      "CapBnd: 0000000000000000",
      "process 1",
    ]);
    assert.ok(existsSync(join(folder, "files/written")));
  });

  it("is ended by a signal with all that it started, and says so by its status", async () => {
    const { pid, ended, isRunning } = await start(
      "long",
      "trap 'exit 7' TERM; touch /var/lib/odoo/ready; sleep 300 & wait",
    );
    assert.ok(isRunning());
    while (!existsSync(join(folder, "files/ready"))) await sleep(20);
    process.kill(pid, "SIGTERM");
    assert.equal(await ended, 7);
    const killed = await start("killed", "sleep 300 & wait");
    process.kill(killed.pid, "SIGKILL");
    assert.equal(await killed.ended, 128 + 9);
  });

  it("has a command that runs Odoo alone, with one folder to write to", () => {
    const work = join(folder, "it's work");
    mkdirSync(work);
    writeFileSync(join(work, "a.conf"), "");
    const command = writeOdooCommand(odoo, work);
    const said = execFileSync("/bin/sh", ["-c", `${command} "$@"`, "odoo", "neutralize", "--database=a b"], {
      encoding: "utf8",
    });
    assert.equal(said, "Odoo of the image: neutralize --database=a b\n");
  });
});
