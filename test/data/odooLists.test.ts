import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { loadImage } from "../../config/imageFile.ts";
import { readModuleTables } from "../../config/moduleIndex.ts";
import { ODOO, ODOO_LISTS_FILE, odooListsSchema } from "../../config/schemas/odooLists.ts";

const ROOT = join(import.meta.dirname, "../..");
const { countries, currencies, languages, timeZones, charts } = ODOO;

describe("Odoo's lists", () => {
  it("are of the form that the command writes", () => {
    const text = readFileSync(join(ROOT, ODOO_LISTS_FILE), "utf8");
    const lists = odooListsSchema.parse(JSON.parse(text));
    assert.deepEqual(lists, { series: "18.0", ...ODOO });
    assert.equal(text, `${JSON.stringify(JSON.parse(text), null, 1)}\n`);
  });

  it("have each value once, sorted", () => {
    for (const values of [countries, currencies, languages, timeZones.names])
      assert.deepEqual(values, [...new Set(values)].sort());
    assert.deepEqual([countries.length, currencies.length, languages.length], [250, 169, 92]);
  });

  it("have codes that are names of something for others too", () => {
    const nameless = (type: "region" | "currency" | "language", codes: readonly string[]) => {
      const names = new Intl.DisplayNames("en", { type, fallback: "none" });
      return codes.filter((code) => names.of(code) === undefined);
    };
    assert.deepEqual(nameless("region", countries), []);
    // Zimbabwe's of 2024, which ICU calls ZWG.
    assert.deepEqual(nameless("currency", currencies), ["ZIG"]);
    assert.deepEqual(
      nameless(
        "language",
        languages.map((code) => code.replace(/@.*/, "").replace("_", "-")),
      ),
      [],
    );
  });

  it("have the time zones of the image's pytz", () => {
    assert.equal(timeZones.pytz, loadImage(ROOT).provided["pytz"], "expected after: npx odoo-saas module odoo-lists");
  });

  it("have none that the image's system has dropped, and what those are called now", () => {
    for (const [older, now] of Object.entries(timeZones.retired)) {
      assert.ok(!timeZones.names.includes(older), older);
      assert.ok(timeZones.names.includes(now), `${older}: ${now}`);
    }
  });

  it("have charts of countries that there are, built on others, by modules that the index has", () => {
    const { tables } = readModuleTables(ROOT);
    for (const [code, { module, country, parent }] of Object.entries(charts)) {
      assert.equal(tables?.modules.get(module)?.origin, "ce", `${code}: ${module}`);
      assert.ok(country === undefined || countries.includes(country), code);
      assert.ok(parent === undefined || Object.hasOwn(charts, parent), code);
    }
  });

  it("have charts of no country only where that is meant", () => {
    const homeless = Object.entries(charts).filter(([, { country }]) => country === undefined);
    assert.deepEqual(
      homeless.map(([code, { base }]) => [code, base ?? false]),
      [
        ["generic_coa", false],
        ["syscebnl", true],
        ["syscohada", true],
      ],
    );
  });
});
