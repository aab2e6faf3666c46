import assert from "node:assert/strict";
import { goBuild } from "../../sandbox/toolchain/gobuild.ts";

describe("a build with Go", () => {
  it("is keyed by the compiler's settings and switches, so that a part is made again when they change", () => {
    const inputs = JSON.stringify(
      goBuild({ module: "toxiproxy", programs: { toxiproxy: "github.com/Shopify/toxiproxy/v2/cmd/server" } }).inputs,
    );
    for (const setting of [
      '"CGO_ENABLED":"0"',
      '"GOGC":"400"',
      "-trimpath",
      "all=-l -dwarf=false",
      "std=-dwarf=false",
    ]) {
      assert.ok(inputs.includes(setting), setting);
    }
  });

  it("is keyed by its patches", () => {
    const inputs = (replacement: string): string =>
      JSON.stringify(
        goBuild({
          module: "toxiproxy",
          programs: {},
          patches: [{ module: "example", edit: { "main.go": [[/found/, replacement]] } }],
        }).inputs,
      );
    assert.match(inputs("one"), /main\.go.*\/found\/.*one/);
    assert.notEqual(inputs("one"), inputs("two"));
  });
});
