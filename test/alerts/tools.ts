import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { join } from "node:path";
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
