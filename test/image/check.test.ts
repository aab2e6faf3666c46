import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

const CHECK = join(import.meta.dirname, "../../image/check.py");

/** The least of Odoo and psycopg2 that check.py asks; the image's build runs it with the real ones. */
const PACKAGES: Readonly<Record<string, string>> = {
  "odoo/__init__.py": "from odoo import tools\n",
  "odoo/tools/__init__.py": "class config:\n    parse_config = staticmethod(lambda arguments: None)\n",
  "odoo/addons/there/__init__.py": "",
  "odoo/addons/broken/__init__.py": "import no_such_package\n",
  "odoo/modules/__init__.py": "",
  "odoo/modules/module.py": `
MANIFESTS = {name: {"version": "18.0.1.0.0"} for name in ("there", "broken")}
initialize_sys_path = lambda: None
check_manifest_dependencies = lambda manifest: None
get_module_path = lambda name, display_warning: name in MANIFESTS
get_manifest = MANIFESTS.get
`,
  "psycopg2/__init__.py": "",
  "pytz.py": 'all_timezones_set = {"Asia/Manila"}\n',
};

describe("image/check.py", () => {
  const folders: string[] = [];
  after(() => folders.forEach((folder) => rmSync(folder, { recursive: true })));

  /** Runs it with a libpq of a version. */
  function check(
    modules: Readonly<Record<string, string>>,
    libpq: number,
    provided: Readonly<Record<string, string>> = {},
    timeZones: readonly string[] = ["Asia/Manila"],
  ) {
    const folder = mkdtempSync(join(tmpdir(), "odoo-saas-check-"));
    folders.push(folder);
    const files = { ...PACKAGES, "psycopg2/extensions.py": `libpq_version = lambda: ${libpq}\n` };
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, name)), { recursive: true });
      writeFileSync(join(folder, name), text);
    }
    const expected = join(folder, "expected.json");
    writeFileSync(expected, JSON.stringify({ provided, modules, timeZones }));
    const { status, stderr } = spawnSync("python3", ["-B", CHECK, expected], {
      encoding: "utf8",
      env: { ...process.env, PYTHONPATH: folder },
    });
    return { status, lines: stderr.trim().split("\n") };
  }

  it("lets a build pass that holds what it must", () => {
    assert.deepEqual(check({ there: "18.0.1.0.0" }, 160_004), { status: 0, lines: [""] });
  });

  it("stops one whose modules are missing, of another version, or do not load", () => {
    const { status, lines } = check({ there: "18.0.2.0.0", gone: "18.0.1.0.0", broken: "18.0.1.0.0" }, 160_004);
    assert.equal(status, 1);
    assert.deepEqual(lines, [
      "module there is 18.0.1.0.0, expected 18.0.2.0.0",
      "module gone is not found, expected it at 18.0.1.0.0",
      "module broken does not load: ModuleNotFoundError: No module named 'no_such_package'",
    ]);
  });

  it("stops one whose base lacks a package", () => {
    const { status, lines } = check({}, 160_004, { "no-such-package": "1.0" });
    assert.equal(status, 1);
    assert.match(lines.join("\n"), /^no-such-package is not there, expected 1\.0: /);
  });

  it("stops one that lacks a time zone that tenants' files may name", () => {
    const { status, lines } = check({}, 160_004, {}, ["Asia/Calcutta", "Asia/Manila"]);
    assert.equal(status, 1);
    assert.match(lines.join("\n"), /^time zone Asia\/Calcutta is not there, [^\n]*npx odoo-saas module odoo-lists$/);
  });

  it("stops one whose libpq does not know sslrootcert=system", () => {
    const { status, lines } = check({}, 150_018);
    assert.equal(status, 1);
    assert.match(lines.join("\n"), /^libpq is 15, expected 16 or later: /);
  });
});
