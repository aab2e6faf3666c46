import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";

import { ChecksumMismatch, pinnedFiles, unpack } from "./download.ts";
import { CommandFailed, run } from "./process.ts";
import { Unavailable } from "./installer.ts";
import type { Installer } from "./installer.ts";

/** An archive in a Maven repository. */
export interface MavenArchive {
  readonly group: string;
  readonly artifact: string;
  readonly version: string;
  /** SHA-256 of its tar.gz, hexadecimal. */
  readonly sha256: string;
}

const COPY = "org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy";

/**
 * An archive by Maven: from the repository that `ODOO_SANDBOX_MAVEN_REPOSITORY` names, else by the user's own `mvn`, which knows
 * its repositories, mirrors and credentials (`~/.m2/settings.xml`).
 */
export function mavenArchive(archive: MavenArchive, env: NodeJS.ProcessEnv = process.env): Installer {
  const { group, artifact, version, sha256 } = archive;
  const file = `${artifact}-${version}.tar.gz`;
  const mirror = env["ODOO_SANDBOX_MAVEN_REPOSITORY"] ?? "";
  if (mirror !== "") {
    return pinnedFiles({ [`${mirror}/${group.replaceAll(".", "/")}/${artifact}/${version}/${file}`]: sha256 });
  }
  return {
    source: "official",
    doing: "fetching with mvn",
    // As a download of the same file has them: wherever it is from, it is the same part.
    inputs: [[file, sha256]],
    async make({ dir }) {
      const repository = join(dir, "maven");
      const wanted = `${group}:${artifact}:${version}:tar.gz`;
      const target = join(repository, "copied");
      await run(
        "mvn",
        ["-B", "-q", `-Dmaven.repo.local=${repository}`, COPY, `-Dartifact=${wanted}`, `-DoutputDirectory=${target}`],
        { cwd: dir, env },
      ).catch((error: unknown) => {
        if (!(error instanceof CommandFailed)) throw error;
        const why = error.code === undefined ? "is not installed" : `could not fetch ${wanted}: ${error.stderr.trim()}`;
        throw new Unavailable(`mvn ${why}`);
      });
      await rename(join(target, file), join(dir, file));
      await rm(repository, { recursive: true });
      const hash = createHash("sha256");
      await pipeline(createReadStream(join(dir, file)), hash);
      const found = hash.digest("hex");
      if (found !== sha256) throw new ChecksumMismatch(wanted, sha256, found);
      await unpack(join(dir, file), dir);
    },
  };
}
