import assert from "node:assert/strict";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { bubblewrapArguments } from "../../sandbox/pods/bubblewrap.ts";
import { openOwnOdoo, ownOdooEnvironment, ownOdooOf, ownOdooVariables } from "../../sandbox/pods/ownOdoo.ts";
import { makeVolumes } from "../../sandbox/pods/volumes.ts";
import type { ConfigurationApi } from "../../sandbox/pods/volumes.ts";

describe("pods with a user's own Odoo", () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "odoo-saas-pods-"));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  /** A folder that looks like a checkout of Odoo of a version. */
  function checkout(version: string): string {
    const path = join(folder, "odoo-src");
    mkdirSync(join(path, "odoo"), { recursive: true });
    writeFileSync(join(path, "odoo-bin"), "");
    writeFileSync(join(path, "odoo", "release.py"), `version_info = (${version}, 0, FINAL, 0, '')\n`);
    return path;
  }

  /** A folder that looks like an image's file system. */
  function imageRoot(version: string): string {
    const path = join(folder, "image");
    mkdirSync(join(path, "usr/bin"), { recursive: true });
    mkdirSync(join(path, "usr/lib/python3/dist-packages/odoo"), { recursive: true });
    writeFileSync(join(path, "usr/bin/odoo"), "");
    writeFileSync(
      join(path, "usr/lib/python3/dist-packages/odoo/release.py"),
      `version_info = (${version}, 0, FINAL, 0, '')\n`,
    );
    return path;
  }

  it("are handed on by variables, and only a checkout of 18.0 with a Python is one", () => {
    const odoo = { kind: "checkout", checkout: checkout("18, 0"), python: process.execPath, addons: [folder] } as const;
    assert.deepEqual(ownOdooOf(ownOdooEnvironment(ownOdooVariables(odoo))), odoo);
    assert.equal(ownOdooOf(ownOdooEnvironment({})), undefined);
    const refused = (change: Partial<typeof odoo>, message: RegExp) =>
      assert.throws(() => openOwnOdoo({ ...odoo, ...change }), { message });
    refused(
      { checkout: join(folder, "none") },
      /none has no odoo-bin, expected a source checkout of Odoo Community 18\.0$/,
    );
    refused(
      { python: folder + "/python" },
      /\/python cannot be run, expected the Python 3\.12 that has Odoo's requirements/,
    );
    refused({ addons: [join(folder, "none")] }, /none does not exist, expected a folder of Odoo modules$/);
    refused({ checkout: checkout("17, 0") }, /is Odoo 17\.0, expected 18\.0$/);
  });

  it("have an unpacked image of 18.0 in place of a checkout", () => {
    const odoo = { kind: "root", root: imageRoot("18, 0") } as const;
    assert.deepEqual(ownOdooOf(ownOdooEnvironment(ownOdooVariables(odoo))), odoo);
    const both = { ...ownOdooVariables(odoo), ODOO_SANDBOX_ODOO: checkout("18, 0") };
    assert.throws(() => ownOdooOf(both), /ODOO_SANDBOX_ODOO and ODOO_SANDBOX_ODOO_ROOT are both set, expected one/);
    assert.throws(
      () => openOwnOdoo({ kind: "root", root: folder }),
      /usr\/bin\/odoo is not there, expected .* unpacked/,
    );
    assert.throws(() => openOwnOdoo({ kind: "root", root: imageRoot("17, 0") }), /is Odoo 17\.0, expected 18\.0$/);
  });

  it("see the image's files and commands, and nothing of this machine's but their mounts and how names are looked up", () => {
    const root = imageRoot("18, 0");
    for (const path of ["etc/odoo", "etc/ssl", "var/lib/odoo", "tmp", "proc"])
      mkdirSync(join(root, path), { recursive: true });
    writeFileSync(join(root, "etc/hosts"), "of the container that was exported");
    symlinkSync("usr/bin", join(root, "bin"));
    const mounts = new Map([
      ["/etc/odoo", { folder: "/conf", readOnly: true }],
      ["/var/lib/odoo", { folder: "/files", readOnly: false }],
    ]);
    const inside = {
      odoo: { kind: "root", root },
      programs: join(folder, "programs"),
      mounts,
      variables: { A: "1" },
    } as const;
    const words = bubblewrapArguments(inside, ["odoo", "--version"]);
    const line = ` ${words.join(" ")} `;
    for (const expected of [
      `--ro-bind ${root}/usr /usr`,
      `--ro-bind ${root}/etc/ssl /etc/ssl`,
      "--symlink usr/bin /bin",
      "--dir /etc",
      "--ro-bind /conf /etc/odoo",
      "--bind /files /var/lib/odoo",
      "--tmpfs /tmp",
      `--ro-bind ${realpathSync("/etc/hosts")} /etc/hosts`,
      "--chdir /",
      "--setenv A 1",
      "--setenv LANG en_US.UTF-8",
      "--setenv ODOO_RC /etc/odoo/odoo.conf",
      "--setenv PATH /usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
    ])
      assert.ok(line.includes(` ${expected} `), `${expected} in ${line}`);
    assert.deepEqual(words.slice(-3), ["--", "odoo", "--version"]);
    const sources = words.flatMap((word, index) => (/^--(?:ro-)?bind$/.test(word) ? [words[index + 1] ?? ""] : []));
    const ofMachine = ["/etc/hosts", "/etc/resolv.conf"]
      .filter((file) => existsSync(file))
      .map((file) => realpathSync(file));
    assert.deepEqual(
      sources.filter((source) => !source.startsWith(`${root}/`)),
      ["/conf", "/files", ...ofMachine],
    );
  });

  it("have this machine's files and a checkout's commands", () => {
    const python = join(folder, "venv", "bin", "python");
    const odoo = { kind: "checkout", checkout: checkout("18, 0"), python, addons: ["/addons"] } as const;
    const programs = join(folder, "programs");
    const mounts = new Map([["/tmp", { folder: "/scratch", readOnly: false }]]);
    const line = ` ${bubblewrapArguments({ odoo, programs, mounts, variables: { PATH: "/x" } }, ["odoo"]).join(" ")} `;
    for (const expected of [
      "--ro-bind /usr /usr",
      "--bind /scratch /tmp",
      `--ro-bind ${programs} /opt/odoo-own`,
      `--setenv PATH /opt/odoo-own:${dirname(python)}:/x`,
    ])
      assert.ok(line.includes(` ${expected} `), `${expected} in ${line}`);
    // This test's folder is below /tmp, which the mount would hide.
    if (folder.startsWith("/tmp/"))
      assert.ok(
        line.includes(` --ro-bind ${odoo.checkout} ${odoo.checkout} --ro-bind ${folder}/venv ${folder}/venv `),
        line,
      );
    assert.match(
      readFileSync(join(programs, "odoo"), "utf8"),
      /odoo-bin' "\$@" --addons-path='\/addons,.*\/odoo-src\/addons'\n$/,
    );
  });

  it("have as files what they mount of Secrets and ConfigMaps, and keep the files of claims", async () => {
    const api = {
      readNamespacedSecret: ({ name, namespace }: { name: string; namespace: string }) =>
        Promise.resolve({ data: { [`${namespace}.${name}`]: Buffer.from("secret").toString("base64"), other: "" } }),
      readNamespacedConfigMap: () => Promise.resolve({ data: { "init.sh": "exit 0", "wait.sh": "exit 1" } }),
    } satisfies ConfigurationApi;
    const volumes = [
      { name: "config", secret: { secretName: "odoo", items: [{ key: "acme.odoo", path: "odoo.conf" }] } },
      { name: "scripts", configMap: { name: "scripts" } },
      { name: "filestore", persistentVolumeClaim: { claimName: "files" } },
      { name: "tmp" },
    ];
    const places = { claims: join(folder, "claims"), own: join(folder, "pod") };
    const make = () => makeVolumes(api, "acme", { volumes, containers: [] }, places);
    const first = await make();
    assert.deepEqual([...first.keys()], ["config", "scripts", "filestore", "tmp"]);
    assert.deepEqual(readdirSync(first.get("config") ?? ""), ["odoo.conf"]);
    assert.equal(readFileSync(join(first.get("config") ?? "", "odoo.conf"), "utf8"), "secret");
    assert.deepEqual(readdirSync(first.get("scripts") ?? "").sort(), ["init.sh", "wait.sh"]);
    for (const name of ["filestore", "tmp"]) writeFileSync(join(first.get(name) ?? "", "left"), "");
    const second = await make();
    assert.deepEqual(readdirSync(second.get("filestore") ?? ""), ["left"]);
    assert.deepEqual(readdirSync(second.get("tmp") ?? ""), []);
    const edit = (name: string, content: string) => `${name} with ${content}`;
    const edited = await makeVolumes(api, "acme", { volumes, containers: [] }, { ...places, edit });
    assert.equal(readFileSync(join(edited.get("config") ?? "", "odoo.conf"), "utf8"), "odoo.conf with secret");
    assert.equal(readFileSync(join(edited.get("scripts") ?? "", "init.sh"), "utf8"), "exit 0");
    const missing = [{ name: "config", secret: { secretName: "odoo", items: [{ key: "none", path: "x" }] } }];
    await assert.rejects(makeVolumes(api, "acme", { volumes: missing, containers: [] }, places), {
      message: "the Secret odoo has no key none, which the pod mounts",
    });
  });
});
