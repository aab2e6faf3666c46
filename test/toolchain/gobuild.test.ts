import assert from "node:assert/strict";
import { goBuild } from "../../sandbox/toolchain/gobuild.ts";

describe("a build with Go", () => {
  it("is keyed by the compiler's settings and switches, so that a part is made again when they change", () => {
    const inputs = JSON.stringify(goBuild({ module: "etcd", programs: { etcd: "go.etcd.io/etcd/server/v3" } }).inputs);
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
});
