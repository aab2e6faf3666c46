import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { FIXES_FOLDER } from "../../config/imageFixes.ts";
import type { ModuleFixes } from "../../config/schemas/fixes.ts";
import { ImageError } from "./imageError.ts";

/**
 * Applies the edits of `image/fixes/` to modules that were checked out. A file is changed only if every edit finds its text
 * exactly once, so that an edit never lands in a place that nobody has looked at.
 *
 * @param addons folder that holds the modules' folders
 * @param fixes edits by module; of modules that are not in `modules` they are left alone
 * @param modules names of the modules that were checked out
 * @throws ImageError with every edit that does not fit.
 */
export function applyFixes(addons: string, fixes: ReadonlyMap<string, ModuleFixes>, modules: Iterable<string>): void {
  const texts = new Map<string, string>();
  const problems: string[] = [];
  for (const module of modules) {
    fixes.get(module)?.edits.forEach(({ file, expect, replace }, index) => {
      const path = join(addons, module, file);
      const text = texts.get(path) ?? readIfThere(path);
      const found = text === undefined ? 0 : text.split(expect).length - 1;
      if (text !== undefined && found === 1) {
        // A function: in a replacement text `$&` and the like would be patterns.
        texts.set(
          path,
          text.replace(expect, () => replace),
        );
        return;
      }
      const what = text === undefined ? "the file does not exist" : `its text is there ${found} times`;
      problems.push(
        `${FIXES_FOLDER}/${module}.yaml: edits[${index}]: ${what} in ${module}/${file}, expected it exactly once: ${JSON.stringify(expect.split("\n", 1)[0])}`,
      );
    });
  }
  if (problems.length > 0) throw new ImageError("Edits do not fit the modules", problems, "an-edit-does-not-fit");
  for (const [path, text] of texts) writeFileSync(path, text);
}

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}
