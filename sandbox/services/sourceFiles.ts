import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { PROJECT_ROOT } from "../../lib/projectRoot.ts";

/**
 * Code of a service, and pages that it reads when it starts: what runs is outdated when one of the files has changed.
 *
 * @param folders from the project's root; one that is missing is left out
 */
export function sourceFiles(...folders: string[]): string[] {
  return folders
    .map((folder) => join(PROJECT_ROOT, folder))
    .filter((folder) => existsSync(folder))
    .flatMap((folder) =>
      readdirSync(folder, { recursive: true, encoding: "utf8" })
        .filter((name) => /\.(?:ts|html)$/.test(name))
        .sort()
        .map((name) => join(folder, name)),
    );
}
