import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { readModules } from "../modules/index.ts";
import { compareModules, differenceLine } from "./compare.ts";
import { copyOwn } from "./context.ts";
import { ImageError } from "./imageError.ts";
import { loadCheckedFiles } from "./files.ts";
import { parseLock } from "./requirements.ts";
import { checkOutSources } from "./sources.ts";
import { inTemporaryFolder } from "./temporaryFolder.ts";
import { install } from "./uv.ts";

/**
 * Installs the lock into a temporary folder, with hashes compared, and compares every module with the index.
 *
 * @param report path of the JSON with what was found; default: none
 * @returns the result, as one line
 * @throws ConfigError or ImageError that says what does not fit
 */
export async function verifyImage(root: string, report: string | undefined): Promise<string> {
  const { contents, fixes, index, image, lock } = loadCheckedFiles(root);
  return await inTemporaryFolder(async (folder) => {
    const python = await install(folder, lock, image);
    const addons = join(folder, "addons");
    await checkOutSources(join(folder, "work"), addons, contents.sources, fixes, process.env);
    copyOwn(root, addons, contents.own);
    const facts = await readModules([join(python, "odoo/addons"), addons]);
    const { packages } = parseLock(lock);
    const differences = compareModules(facts, new Set(packages.map(({ name }) => name)), contents, index, image);
    if (report !== undefined) {
      const modules = Object.fromEntries(contents.modules);
      writeFileSync(report, `${JSON.stringify({ packages: packages.length, modules, differences }, null, 2)}\n`);
    }
    if (differences.length > 0) {
      throw new ImageError("Modules are not as the index says", differences.map(differenceLine), "a-module-differs");
    }
    return `${packages.length} packages installed with their hashes compared; ${facts.length} modules are as the index says`;
  });
}
