import assert from "node:assert/strict";
import { compareVersions } from "../../config/versions.ts";

describe("versions", () => {
  it("are in the order of their numbers, the shorter first", () => {
    const sorted = ["9.0", "18.0", "18.0.0", "18.0.1", "18.0.1.0", "18.0.1.2", "18.0.1.10", "18.0.2"];
    for (const [index, version] of sorted.entries()) {
      assert.equal(compareVersions(version, version), 0, version);
      for (const higher of sorted.slice(index + 1)) {
        assert.ok(compareVersions(version, higher) < 0, `${version} is below ${higher}`);
        assert.ok(compareVersions(higher, version) > 0, `${higher} is above ${version}`);
      }
    }
  });
});
