import { mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { textOf } from "../../lib/textOf.ts";
import { alertFiles, GENERATED } from "./files.ts";
import { ALERTS_PAGE } from "./table.ts";

/**
 * Writes the page's table and the files below `alerts/generated`, and removes files there that are no longer made. With `check`, everything
 * is read and only the page is compared: the other files are not committed.
 *
 * @returns whether the page is current
 * @throws ConfigError with everything that is wrong in the files that they are made from
 */
export function writeAlerts(root: string, check: boolean): boolean {
  const files = alertFiles(root);
  const differing = [...files].filter(([file, text]) => textOf(join(root, file)) !== text);
  if (check) {
    if (!differing.some(([file]) => file === ALERTS_PAGE)) return true;
    console.error(`${ALERTS_PAGE}: is not up to date, expected it after: npx odoo-saas generate alerts`);
    return false;
  }
  for (const [file, text] of differing) {
    mkdirSync(dirname(join(root, file)), { recursive: true });
    writeFileSync(join(root, file), text);
    console.log(`wrote ${file}`);
  }
  for (const file of filesBelow(root, GENERATED).filter((name) => !files.has(name))) {
    rmSync(join(root, file));
    console.log(`removed ${file}`);
  }
  return true;
}

function filesBelow(root: string, folder: string): string[] {
  try {
    return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => relative(root, join(entry.parentPath, entry.name)));
  } catch {
    return [];
  }
}
