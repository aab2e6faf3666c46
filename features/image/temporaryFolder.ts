import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Works in a temporary folder that holds an empty folder `work`, and removes it. */
export function inTemporaryFolder<Result>(work: (folder: string) => Result): Result {
  const folder = mkdtempSync(join(tmpdir(), "odoo-saas-image-"));
  try {
    mkdirSync(join(folder, "work"));
    return work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
