import assert from "node:assert/strict";
import { contrast, readable } from "../../web/lib/color.ts";

describe("colors of a brand", () => {
  it("measures contrast as WCAG does", () => {
    assert.equal(contrast("#000000", "#ffffff"), 21);
    assert.equal(contrast("#777777", "#777777"), 1);
  });

  it("leaves a color that can be read as it is", () => assert.equal(readable("#0b6b75", ["#ffffff"]), "#0b6b75"));

  for (const color of ["#ffff00", "#ffffff", "#101010", "#ff5a36"]) {
    it(`moves ${color} until it can be read, in the light and in the dark`, () => {
      assert.ok(contrast(readable(color, ["#f5f7f8", "#ffffff"]), "#f5f7f8") >= 4.5);
      assert.ok(contrast(readable(color, ["#161d20"]), "#161d20") >= 4.5);
    });
  }
});
