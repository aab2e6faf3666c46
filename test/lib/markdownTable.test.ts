import assert from "node:assert/strict";
import { plainTable } from "../../lib/markdownTable.ts";

describe("tables", () => {
  it("are aligned for a terminal, without spaces at the ends of lines", () => {
    assert.equal(
      plainTable([
        ["A", "B"],
        ["long", ""],
        ["", "x"],
      ]),
      "A     B\nlong\n      x",
    );
  });
});
