import { chmod, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { PROJECT_ROOT } from "../../lib/projectRoot.ts";
import { Unavailable } from "./installer.ts";
import type { Installer } from "./installer.ts";
import { CommandFailed, run } from "./process.ts";

/** Name of the program: Superset's Python. */
export const SUPERSET_PYTHON = "superset-python";

/** The versions of Python that the lock is for and that Superset 6.1 runs on. */
const PYTHON = ">=3.11,<3.13";

/** Superset in a virtual environment, by uv from the lock that its image has too: analytics/server/requirements.txt. */
export function supersetEnvironment(): Installer {
  const folder = join(PROJECT_ROOT, "analytics", "server", "lock");
  return {
    source: "official",
    doing: "installing with uv",
    inputs: { python: PYTHON },
    folder,
    needs: ["python"],
    async make({ dir, bin, cancel }) {
      const { uv } = bin;
      if (uv === undefined) throw new Error("the part uv comes before superset: ask for the group image too");
      const lock = join(folder, "requirements.txt");
      try {
        // Relocatable: a part is made in a temporary folder.
        await run(
          uv,
          ["venv", "--quiet", "--relocatable", "--no-python-downloads", "--python", PYTHON, join(dir, "venv")],
          {
            cancel,
          },
        );
        const python = join(dir, "venv", "bin", "python");
        const options = ["--quiet", "--require-hashes", "--no-deps", "--link-mode", "copy", "--compile-bytecode"];
        await run(uv, ["pip", "install", ...options, "--python", python, "-r", lock], { cancel });
      } catch (error) {
        if (!(error instanceof CommandFailed)) throw error;
        throw new Unavailable(`${error.message} (Python 3.11 or 3.12 is needed, and a package index)`);
      }
      // A link to the environment's Python would not find the environment.
      const program = join(dir, SUPERSET_PYTHON);
      await writeFile(program, '#!/bin/sh\nexec "$(dirname "$(readlink -f "$0")")/venv/bin/python" "$@"\n');
      await chmod(program, 0o755);
    },
  };
}
