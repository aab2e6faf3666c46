import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
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

  it("are handed on by variables, and only a checkout of 18.0 with a Python is one", () => {
    const odoo = { checkout: checkout("18, 0"), python: process.execPath, addons: [folder] };
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
