import { join } from "node:path";

import { ensureParts } from "./ensure.ts";
import type { EnsureOptions } from "./ensure.ts";
import { ToolchainError } from "./toolchainError.ts";
import type { Part } from "./parts.ts";
import { pipProgram } from "./pip.ts";
import { run } from "./process.ts";

const VERSION = "2.9.13";

/** Wheels for CPython 3.10 to 3.14, on x86-64 and on ARM64. */
const SHA256 = [
  "d2fc9342aad969b9a28490a4c3eaba94b35beb2d26e9a39b31d1430378aa71b2",
  "930e7e58b33a4f9c39e7532d7a40147925cf3372baed4229cbebe0cf3ba9ce6b",
  "e3861eba31f8ea8663fd876166b032fd89179e42aa63764d6feb281f13f9eb60",
  "f04ada42bcd537adbaf8b7f3140237a204e452a88d0c1831cfce69f7d2e59f4e",
  "190c18b97d9ef72f2e88c451b6588af90d6bd7bf54cb94b963280dc86a2c7076",
  "f124954a32640dfb5c000d33028f48053930d7ff226bc74cde5fb316f9c6fcb6",
  "3aea95340825f5ff236e7b40f0b5602c2c77a1e95943f71fae34909834043d29",
  "3dc3372b3731b3ef23407fe06b94f640ef87a2bda242fa386033d5589c87514a",
  "aa37089795bd9701576edc2eb5849ce77a439eda9dfdfa47857449332cfa5292",
  "c00ebe9a2f31151aade0db233dc1446513a95e92c39ce055ee097af0ae86be1c",
];

/**
 * Makes Python's PostgreSQL driver ready for `python3` as it is on PATH, in the cache and not in the user's Python. Odoo's
 * image has its own.
 *
 * @returns the folder for PYTHONPATH
 * @throws ToolchainError that says what is missing
 */
export async function ensurePsycopg2(options: EnsureOptions = {}): Promise<string> {
  const [ready] = await ensureParts([await psycopg2Part()], options);
  if (ready === undefined) throw new Error("psycopg2 is not ready");
  return join(ready.dir, "lib");
}

/** The driver for `python3` as it is on PATH. @throws ToolchainError if there is none */
export async function psycopg2Part(): Promise<Part> {
  let python: string;
  try {
    python = (await run("python3", ["-c", "import sys; print('%d.%d' % sys.version_info[:2])"])).stdout.trim();
  } catch {
    throw new ToolchainError(
      "python3 is not on PATH, and the watchdog of the PostgreSQL servers runs in it. Install Python 3.10 to 3.14 with pip " +
        "(on Debian and Ubuntu the packages python3 and python3-pip); then run the same command again.",
    );
  }
  const installers = [pipProgram("psycopg2-binary", VERSION, SHA256, {}, python)];
  return { name: "psycopg2", version: VERSION, group: "core", programs: [], installers };
}
