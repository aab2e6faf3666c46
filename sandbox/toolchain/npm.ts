import { copyFile, readdir, rm, symlink } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { run } from "./process.ts";
import type { Installer } from "./installer.ts";

const NPM = fileURLToPath(new URL("npm", import.meta.url));

/** What is installed from one folder of `npm/`, which has a package.json and a lock file with checksums. */
export interface NpmInstall {
  /** The folder's name. */
  readonly folder: string;
  /** Path of each program's script inside the installation, by the program's name. */
  readonly programs: Readonly<Record<string, string>>;
  /** Packages whose install scripts are run; all others' are not. */
  readonly build: readonly string[];
}

/** Ends of files that nothing needs to run: a third of a large installation. */
const NEEDLESS = [".map", ".d.ts", ".d.cts", ".d.mts"];

/** Installs what a lock file names, from npm's registry, each package compared with its checksum. */
export function npmInstall(install: NpmInstall): Installer {
  const folder = join(NPM, install.folder);
  return {
    source: "official",
    doing: "installing with npm",
    inputs: { ...install, needless: NEEDLESS, os: process.platform, arch: process.arch },
    folder,
    async make({ dir, cancel }) {
      for (const file of ["package.json", "package-lock.json"]) await copyFile(join(folder, file), join(dir, file));
      await run("npm", ["ci", "--ignore-scripts", "--legacy-peer-deps", "--no-audit", "--no-fund"], {
        cwd: dir,
        cancel,
      });
      await run("npm", ["rebuild", ...install.build], { cwd: dir, cancel });
      await prune(join(dir, "node_modules"));
      for (const [program, script] of Object.entries(install.programs)) {
        await symlink(join("node_modules", script), join(dir, program));
      }
    },
  };
}

async function prune(folder: string): Promise<void> {
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) await prune(path);
    else if (entry.isFile() && NEEDLESS.some((end) => entry.name.endsWith(end))) await rm(path);
  }
}
