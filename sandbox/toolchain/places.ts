import { dirname } from "node:path";
import { ensureToolchain, ensureTools } from "./ensure.ts";
import type { Group } from "./parts.ts";
import { ensurePsycopg2 } from "./psycopg2.ts";

/**
 * Installs the programs of groups, without core.
 *
 * @returns their folders, for PATH
 * @throws ToolchainError
 */
export async function programFolders(groups: readonly Group[]): Promise<readonly string[]> {
  const tools = await ensureTools(groups.filter((group) => group !== "core"));
  return [...new Set(Object.values(tools).map(dirname))];
}

/**
 * Installs groups of programs, core included.
 *
 * @returns one line per program or folder: its name and its path
 * @throws ToolchainError
 */
export async function toolchainPlaces(groups: readonly Group[]): Promise<readonly string[]> {
  const start = Date.now();
  const { bin, ...places } = await ensureToolchain(groups);
  // Not among the parts: which wheel it is depends on the Python on PATH, and only the watchdog needs it.
  const psycopg2 = await ensurePsycopg2();
  console.error(`ready in ${((Date.now() - start) / 1000).toFixed(1)} s`);
  return Object.entries({ ...places, psycopg2, ...bin }).map(([name, path]) => `${name.padEnd(32)} ${path}`);
}
