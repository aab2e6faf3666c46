import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { textOf } from "./textOf.ts";

/** Files that are made from others. */
export interface Generated {
  /** Texts by path from the project's root. */
  readonly files: ReadonlyMap<string, string>;
  /** What they are made from, for messages. */
  readonly from: string;
  /** Command that makes them, for messages. */
  readonly command: string;
}

/**
 * Writes generated files, or only compares them, and tells of each that differs.
 *
 * @param check whether to compare only
 * @returns whether it is as it should be: false when a file differs and was not to be written
 */
export function writeOrCheck(root: string, { files, from, command }: Generated, check: boolean): boolean {
  let differing = 0;
  for (const [file, text] of files) {
    const path = join(root, file);
    if (textOf(path) === text) continue;
    differing += 1;
    if (check) console.error(`${file}: is not what ${from} makes, expected it after: ${command}`);
    else {
      writeFileSync(path, text);
      console.log(`wrote ${file}`);
    }
  }
  return !check || differing === 0;
}
