import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

const ROOT = join(import.meta.dirname, "../..");

/** A template file with charts, as a localisation's module has it. */
function templates(...functions: readonly string[]): string {
  const body = functions.map((text, index) => text.replace("def f", `def f${index}`).replaceAll(/^/gm, "    "));
  return ["class AccountChartTemplate(models.AbstractModel):", "    _inherit = 'account.chart.template'", ...body].join(
    "\n",
  );
}

const manifest = (category: string) => `{"name": "X", "category": "${category}"}`;
const CHARTS = manifest("Accounting/Localizations/Account Charts");

/** The least of a checkout of Odoo that the command reads. None of it could be run. */
const CHECKOUT: Readonly<Record<string, string>> = {
  "odoo/release.py": "FINAL = 'final'\nversion_info = (18, 0, 0, FINAL, 0, '')\n",
  "odoo/_monkeypatches/pytz.py": 'import gone\n_tz_mapping = {"Asia/Calcutta": "Asia/Kolkata"}\n',
  "odoo/addons/base/data/res_country_data.xml":
    '<odoo><record id="ph" model="res.country"><field name="code">ph</field></record>' +
    '<record id="uk" model="res.country"><field name="code">gb</field></record>' +
    '<record id="bj" model="res.country"><field name="code">bj</field></record>' +
    '<record id="group" model="res.country.group"><field name="name">Group</field></record></odoo>',
  "odoo/addons/base/data/res_currency_data.xml":
    '<odoo><record id="PHP" model="res.currency"><field name="name">PHP</field></record>' +
    '<record id="EUR" model="res.currency"><field name="name">EUR</field></record></odoo>',
  "odoo/addons/base/data/res.lang.csv":
    '"id","name","code"\n"base.lang_tl","Filipino, Tagalog","tl_PH"\n"base.lang_en","English","en_US"\n',
  "addons/account/__manifest__.py": manifest("Accounting/Accounting"),
  "addons/account/models/chart_template.py":
    "class T:\n    def try_loading(self, template_code):\n        if template_code in {'shared'} and template_code != 1:\n            raise 1\n",
  "addons/account/models/template_generic_coa.py": templates(
    "@template('generic_coa')\ndef f(self):\n    return {'name': _('Generic'), 'country': None}",
  ),
  "addons/l10n_ph/__manifest__.py": CHARTS,
  "addons/l10n_ph/models/template_ph.py": templates(
    "@template('ph')\ndef f(self):\n    return {'name': 'x'}",
    "@template('ph', 'res.company')\ndef f(self):\n    return {'country': 'uk', 'visible': False}",
    "@template('ph_first', model='template_data')\ndef f(self):\n    return {'sequence': 0, 'parent': 'ph'}",
    "@template()\ndef f(self, code):\n    return {}",
    "@template('odd')\ndef f(self):\n    return {key: 1 for key in self.g() if key != 'country'}",
  ),
  "addons/l10n_uk/__manifest__.py": CHARTS,
  "addons/l10n_uk/models/template_uk.py": templates(
    "@template('uk')\ndef f(self):\n    return {'visible': 0}",
    "@template('isles')\ndef f(self):\n    return {'country': 'uk', 'parent': 'uk'}",
  ),
  "addons/l10n_shared/__manifest__.py": CHARTS,
  "addons/l10n_shared/models/template_shared.py": templates("@template('shared')\ndef f(self):\n    return {}"),
  "addons/l10n_bj/__manifest__.py": CHARTS,
  "addons/l10n_bj/models/template_bj.py": templates(
    "@template('bj_shared')\ndef f(self):\n    return {'parent': 'shared'}",
  ),
  "addons/hr/__manifest__.py": manifest("Human Resources"),
  "addons/hr/models/template_hr.py": templates("@template('hr')\ndef f(self):\n    return {}"),
};

const PYTZ = `__version__ = "2024.1"\nall_timezones = ["UTC", "Asia/Manila", "Asia/Calcutta", "Asia/Kolkata", "Turkey", "Europe/Istanbul"]\n`;

describe("module odoo-lists", () => {
  const folders: string[] = [];
  after(() => folders.forEach((folder) => rmSync(folder, { recursive: true })));

  /** Runs it in a project that wants a pytz. */
  function run(pytz: string, changes: Readonly<Record<string, string>> = {}, ...more: readonly string[]) {
    const folder = mkdtempSync(join(tmpdir(), "odoo-saas-lists-"));
    folders.push(folder);
    const image = readFileSync(join(ROOT, "image/image.yaml"), "utf8").replace(/^( {2}pytz: ).*$/m, `$1"${pytz}"`);
    const files = {
      ...CHECKOUT,
      ...changes,
      "root/image/image.yaml": image,
      "root/modules/odoo.json": "",
      "python/pytz.py": PYTZ,
    };
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, name)), { recursive: true });
      writeFileSync(join(folder, name), text);
    }
    const args = [
      join(ROOT, "commands/main.ts"),
      "module",
      "odoo-lists",
      "--odoo",
      folder,
      "--root",
      join(folder, "root"),
      ...more,
    ];
    const { status, stderr } = spawnSync(process.execPath, args, {
      encoding: "utf8",
      env: { ...process.env, PYTHONPATH: join(folder, "python"), PYTHONDONTWRITEBYTECODE: "1" },
    });
    return { status, stderr, text: readFileSync(join(folder, "root/modules/odoo.json"), "utf8") };
  }

  it("reads what Odoo takes from lists, and runs none of it", () => {
    const { status, stderr, text } = run("2024.1");
    assert.deepEqual([status, stderr], [0, ""]);
    const lists: unknown = JSON.parse(text);
    assert.deepEqual(lists, {
      series: "18.0",
      countries: ["BJ", "GB", "PH"],
      currencies: ["EUR", "PHP"],
      languages: ["en_US", "tl_PH"],
      timeZones: {
        pytz: "2024.1",
        names: ["Asia/Kolkata", "Asia/Manila", "Europe/Istanbul", "UTC"],
        retired: {
          "America/Catamarca": "America/Argentina/Catamarca",
          "America/Godthab": "America/Nuuk",
          "Asia/Calcutta": "Asia/Kolkata",
          Turkey: "Europe/Istanbul",
        },
      },
      charts: {
        generic_coa: { module: "account" },
        bj_shared: { module: "l10n_bj", country: "BJ", parent: "shared" },
        ph_first: { module: "l10n_ph", country: "PH", parent: "ph" },
        odd: { module: "l10n_ph" },
        ph: { module: "l10n_ph", country: "PH" },
        shared: { module: "l10n_shared", base: true },
        isles: { module: "l10n_uk", country: "GB", parent: "uk" },
        uk: { module: "l10n_uk", country: "GB", base: true },
      },
    });
  });

  it("only compares with --check", () => {
    const { status, stderr, text } = run("2024.1", {}, "--check");
    assert.deepEqual([status, text], [1, ""]);
    assert.match(
      stderr,
      /^modules\/odoo\.json: is not what the checkout makes, expected it after: npx odoo-saas module odoo-lists/,
    );
  });

  it("refuses another pytz than the image's, another series, and what is no checkout", () => {
    assert.match(run("2023.3").stderr, /has pytz 2024\.1, expected 2023\.3, the image's/);
    const newer = { "odoo/release.py": "version_info = (19, 0, 0, 'final', 0, '')\n" };
    assert.match(run("2024.1", newer).stderr, /is not as expected\n {2}series: is "19\.0", expected "18\.0"/);
    const broken = { "odoo/_monkeypatches/pytz.py": "" };
    assert.match(
      run("2024.1", broken).stderr,
      /cannot be read \(ValueError: assigns no _tz_mapping\), expected a checkout/,
    );
  });
});
