import { rm, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { CommandFailed, run } from "./process.ts";
import { Unavailable } from "./recipe.ts";
import type { Recipe } from "./recipe.ts";

/**
 * A program that its makers publish as a Python package, by pip and so from wherever the user's pip is set up to get
 * packages.
 *
 * @param sha256 of the wheels that may be used, hexadecimal
 */
export function pipProgram(name: string, version: string, sha256: readonly string[]): Recipe {
  return {
    source: "official",
    doing: "installing with pip",
    inputs: { name, version, sha256 },
    async make({ dir }) {
      const file = join(dir, "requirements.txt");
      await writeFile(file, `${[`${name}==${version}`, ...sha256.map((hash) => `--hash=sha256:${hash}`)].join(" ")}\n`);
      const options = ["--no-deps", "--require-hashes", "--only-binary=:all:", "--no-warn-script-location"];
      try {
        await run("python3", ["-m", "pip", "install", "--quiet", ...options, "--target", join(dir, "lib"), "-r", file]);
      } catch (error) {
        if (!(error instanceof CommandFailed)) throw error;
        throw new Unavailable(
          `${error.message} (Python 3.8 or later with pip is needed: on Debian and Ubuntu the package python3-pip)`,
        );
      }
      await rm(file);
      await symlink(join("lib", "bin", name), join(dir, name));
    },
  };
}
