import assert from "node:assert/strict";
import { compareDiagnostics, ConfigError, formatDiagnostic, formatDiagnostics } from "../../config/diagnostics.ts";
import type { Diagnostic } from "../../config/diagnostics.ts";
import { UserError } from "../../lib/userError.ts";

const at = (file: string, line: number, column: number, path: string, message: string): Diagnostic => ({
  ...{ file, line, column, path, message },
});

/** In the order in which a reader works through them. */
const SORTED = [
  at("Z.yaml", 9, 9, "z", "z"),
  at("a.yaml", 1, 9, "z", "z"),
  at("a.yaml", 2, 1, "z", "z"),
  at("a.yaml", 2, 10, "a", "z"),
  at("a.yaml", 2, 10, "b", "a"),
  at("a.yaml", 2, 10, "b", "b"),
  at("a.yaml", 10, 1, "", ""),
  at("b.yaml", 1, 1, "", ""),
];

describe("diagnostics", () => {
  it("are sorted by file, position, path and message, from whatever order", () => {
    for (let turn = 0; turn < SORTED.length; turn += 1) {
      const turned = [...SORTED.slice(turn), ...SORTED.slice(0, turn)];
      assert.deepEqual(turned.sort(compareDiagnostics), SORTED);
      assert.deepEqual(turned.reverse().sort(compareDiagnostics), SORTED);
    }
    for (const one of SORTED) assert.equal(compareDiagnostics(one, { ...one }), 0);
  });

  it("are a line each, the place first, a path where there is one", () => {
    assert.equal(
      formatDiagnostics([at("a.yaml", 2, 10, "b.c[0]", "is x"), at("a.yaml", 1, 1, "", "is empty")]),
      "a.yaml:2:10: b.c[0]: is x\na.yaml:1:1: is empty",
    );
  });

  it("do not let a file write to the terminal", () => {
    const line = formatDiagnostic(at("a\n.yaml", 1, 1, "\u001b[31m", "is\u009b x"));
    assert.equal(line, "a\uFFFD.yaml:1:1: \uFFFD[31m: is\uFFFD x");
  });
});

describe("ConfigError", () => {
  it("shows its title and its problems, further lines of one below it, and no stack trace", () => {
    const error = new ConfigError("It cannot be used", ["a: is x\n  to fix it: y\nz", "b: is y"]);
    assert.ok(error instanceof UserError);
    assert.equal(error.message, "It cannot be used:\n  a: is x\n    to fix it: y\n  z\n  b: is y");
    assert.equal(error.stack, `ConfigError: ${error.message}`);
  });

  it("tells what it is, as an error that is expected does", () => {
    assert.equal(String(new ConfigError("x", [])), "ConfigError: x:");
    assert.equal(String(new UserError("x")), "UserError: x");
  });
});
