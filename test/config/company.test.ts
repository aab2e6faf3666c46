import assert from "node:assert/strict";
import { ODOO_COUNTRIES, ODOO_CURRENCIES, ODOO_LANGUAGES } from "../../config/schemas/odooLocales.ts";

describe("the codes of Odoo 18.0", () => {
  it("are each there once", () => {
    for (const codes of [ODOO_COUNTRIES, ODOO_CURRENCIES, ODOO_LANGUAGES])
      assert.equal(new Set(codes).size, codes.length);
    assert.deepEqual([ODOO_COUNTRIES.length, ODOO_CURRENCIES.length, ODOO_LANGUAGES.length], [250, 169, 92]);
  });

  it("are names of something, also for others than Odoo", () => {
    const nameless = (type: "region" | "currency" | "language", codes: readonly string[]) => {
      const names = new Intl.DisplayNames("en", { type, fallback: "none" });
      return codes.filter((code) => names.of(code) === undefined);
    };
    assert.deepEqual(nameless("region", ODOO_COUNTRIES), []);
    // Zimbabwe's of 2024, which ICU calls ZWG.
    assert.deepEqual(nameless("currency", ODOO_CURRENCIES), ["ZIG"]);
    assert.deepEqual(
      nameless(
        "language",
        ODOO_LANGUAGES.map((code) => code.replace(/@.*/, "").replace("_", "-")),
      ),
      [],
    );
  });
});
