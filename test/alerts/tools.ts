import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { alertFiles } from "../../features/alerts/files.ts";
import { ensureTools } from "../../sandbox/toolchain/ensure.ts";

/** The project's root. */
export const ROOT = join(import.meta.dirname, "../..");

/** Runs promtool or amtool in the project's root. */
export async function tool(name: "promtool" | "amtool", args: readonly string[], input?: string) {
  const program = (await ensureTools(["test"]))[name];
  assert.ok(program, name);
  const { status, stdout, stderr } = spawnSync(program, args, { cwd: ROOT, encoding: "utf8", input });
  return { status, output: `${stdout}${stderr}`, stdout };
}

/** Makes a folder in which `alerts/` is as monitoring has it: with what is generated, and not committed. */
export function installedAlerts(): { readonly folder: string; readonly remove: () => void } {
  const folder = mkdtempSync(join(tmpdir(), "odoo-saas-alerts-"));
  cpSync(join(ROOT, "alerts"), join(folder, "alerts"), { recursive: true });
  for (const [file, text] of alertFiles(ROOT)) {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    writeFileSync(join(folder, file), text);
  }
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
}
