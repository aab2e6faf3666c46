import assert from "node:assert/strict";
import { mavenArchive } from "../../sandbox/toolchain/maven.ts";
import { pinnedFiles } from "../../sandbox/toolchain/releases.ts";

const ARCHIVE = { group: "org.example", artifact: "dist", version: "1.2", sha256: "0".repeat(64) };

describe("an archive by Maven", () => {
  it("comes from Maven Central, compared with its checksum", () => {
    const { from, inputs } = mavenArchive(ARCHIVE, {});
    assert.deepEqual(from, ["https://repo.maven.apache.org"]);
    assert.deepEqual(
      inputs,
      pinnedFiles({ "https://repo.maven.apache.org/maven2/org/example/dist/1.2/dist-1.2.tar.gz": ARCHIVE.sha256 })
        .inputs,
    );
  });

  it("is the same part from a repository that is named", () => {
    const named = mavenArchive(ARCHIVE, { ODOO_SANDBOX_MAVEN_REPOSITORY: "https://maven.example/all/" });
    assert.deepEqual(named.from, ["https://maven.example"]);
    assert.deepEqual(named.inputs, mavenArchive(ARCHIVE, {}).inputs);
  });
});
