import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { ImageError } from "./imageError.ts";
import { checkFiles, loadFiles } from "./files.ts";
import { LOCK_FILE, lockDifferences, parseLock, REQUIREMENTS_FILE, requirementsText } from "./requirements.ts";
import { inTemporaryFolder } from "./temporaryFolder.ts";
import { resolve } from "./uv.ts";

/** How requirements are locked. */
export interface LockOptions {
  /** Whether to compare only. */
  readonly check: boolean;
  /** Packages whose locked version does not stay. */
  readonly upgrade: "all" | readonly string[];
}

/**
 * Writes what the bundles' modules need, and resolves it into the lock.
 *
 * @returns the result, as one line
 * @throws ConfigError or ImageError that says what does not fit
 */
export async function lockImage(root: string, { check, upgrade }: LockOptions): Promise<string> {
  const files = loadFiles(root);
  const { contents, image, lock } = files;
  const wanted = requirementsText(contents);
  const resolved = await inTemporaryFolder((folder) => resolve(folder, wanted, lock, image, { upgrade }));
  const { packages } = parseLock(resolved);
  if (check) {
    checkFiles(files);
    const problems = lockDifferences(lock, resolved);
    if (problems.length > 0) throw new ImageError("The lock does not fit", problems, "the-lock-does-not-fit");
    return `${packages.length} packages resolve with hashes, as they are in the lock`;
  }
  writeFileSync(join(root, REQUIREMENTS_FILE), wanted);
  writeFileSync(join(root, LOCK_FILE), resolved);
  return `wrote ${LOCK_FILE}: ${packages.length} packages resolve with hashes`;
}
