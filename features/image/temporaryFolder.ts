import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Works in a temporary folder that holds an empty folder `work`, and removes it. */
export async function inTemporaryFolder<Result>(work: (folder: string) => Promise<Result>): Promise<Result> {
  const folder = mkdtempSync(join(tmpdir(), "odoo-saas-image-"));
  try {
    mkdirSync(join(folder, "work"));
    return await work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
