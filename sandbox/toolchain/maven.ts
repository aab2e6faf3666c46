import { pinnedFiles } from "./releases.ts";
import type { Installer } from "./installer.ts";

/** An archive in a Maven repository. */
export interface MavenArchive {
  readonly group: string;
  readonly artifact: string;
  readonly version: string;
  /** SHA-256 of its tar.gz, hexadecimal. */
  readonly sha256: string;
}

const CENTRAL = "https://repo.maven.apache.org/maven2";

/** An archive from Maven Central, or from the repository that `ODOO_SANDBOX_MAVEN_REPOSITORY` names. */
export function mavenArchive(archive: MavenArchive, env: NodeJS.ProcessEnv = process.env): Installer {
  const { group, artifact, version, sha256 } = archive;
  const named = env["ODOO_SANDBOX_MAVEN_REPOSITORY"] ?? "";
  const repository = (named === "" ? CENTRAL : named).replace(/\/+$/, "");
  const folder = [repository, ...group.split("."), artifact, version].join("/");
  return pinnedFiles({ [`${folder}/${artifact}-${version}.tar.gz`]: sha256 });
}
