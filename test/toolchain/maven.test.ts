import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { chmod, mkdir, mkdtemp, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ChecksumMismatch, pinnedFiles } from "../../sandbox/toolchain/download.ts";
import { mavenArchive } from "../../sandbox/toolchain/maven.ts";
import { run } from "../../sandbox/toolchain/process.ts";
import { Unavailable } from "../../sandbox/toolchain/installer.ts";

const ARCHIVE = { group: "org.example", artifact: "dist", version: "1.2" };

describe("an archive by Maven", () => {
  let temp: string;
  let dir: string;
  let sha256: string;

  beforeEach(async () => {
    temp = await mkdtemp(join(tmpdir(), "odoo-saas-maven-"));
    dir = join(temp, "part");
    for (const folder of ["part", "bin", "dist-1.2"]) await mkdir(join(temp, folder));
    await writeFile(join(temp, "dist-1.2/start.sh"), "started");
    await run("tar", ["-czf", join(temp, "dist.tar.gz"), "-C", temp, "dist-1.2"]);
    sha256 = createHash("sha256")
      .update(await readFile(join(temp, "dist.tar.gz")))
      .digest("hex");
  });
  afterEach(() => rm(temp, { recursive: true, force: true }));

  /** Stands in for the user's Maven, which would ask its repositories. */
  async function maven(script: string): Promise<NodeJS.ProcessEnv> {
    await writeFile(join(temp, "bin/mvn"), `#!/bin/sh\n${script}\n`);
    await chmod(join(temp, "bin/mvn"), 0o755);
    return { PATH: `${join(temp, "bin")}:/usr/bin:/bin` };
  }
  const make = (env: NodeJS.ProcessEnv, sum = sha256) =>
    mavenArchive({ ...ARCHIVE, sha256: sum }, env).make({ dir, bin: {}, sources: {}, log: () => undefined });
  const copies = `for word in "$@"; do case "$word" in
    -DoutputDirectory=*) out="\${word#*=}" ;;
    -Dartifact=*) artifact="\${word#*=}" ;;
  esac; done
  test "$artifact" = org.example:dist:1.2:tar.gz || exit 3
  mkdir -p "$out" && cp "$(dirname "$0")/../dist.tar.gz" "$out/dist-1.2.tar.gz"`;

  it("is unpacked, and leaves nothing of Maven's behind", async () => {
    await make(await maven(copies));
    assert.deepEqual(await readdir(dir), ["start.sh"]);
  });

  it("is refused when it is not the one that is pinned", async () => {
    const env = await maven(copies);
    await assert.rejects(make(env, "0".repeat(64)), ChecksumMismatch);
  });

  it("leaves the next way to be tried where there is no Maven, or where Maven cannot have it", async () => {
    await assert.rejects(
      make({ PATH: join(temp, "bin") }),
      (error) => error instanceof Unavailable && /not installed/.test(error.message),
    );
    const env = await maven("echo no such artifact >&2; exit 1");
    await assert.rejects(make(env), (error) => error instanceof Unavailable && /no such artifact/.test(error.message));
  });

  it("is the same part from a repository that is named", () => {
    const named = mavenArchive({ ...ARCHIVE, sha256 }, { ODOO_SANDBOX_MAVEN_REPOSITORY: "https://maven.example/all" });
    assert.match(named.doing, /maven\.example/);
    assert.deepEqual(named.inputs, mavenArchive({ ...ARCHIVE, sha256 }, {}).inputs);
    assert.deepEqual(named.inputs, pinnedFiles({ "https://any.example/dist-1.2.tar.gz": sha256 }).inputs);
  });
});
