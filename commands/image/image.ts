import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve as absolute } from "node:path";
import type { parseArgs } from "node:util";
import { parseCommand, PROJECT, runCommand, UsageError } from "../command.ts";
import { compareModules, differenceLine } from "../../features/image/compare.ts";
import { copyOwn, writeContext } from "../../features/image/context.ts";
import { ImageError } from "../../features/image/errors.ts";
import { checkFiles, loadFiles } from "../../features/image/files.ts";
import type { ImageFiles } from "../../features/image/files.ts";
import {
  LOCK_FILE,
  lockDifferences,
  parseLock,
  REQUIREMENTS_FILE,
  requirementsText,
} from "../../features/image/requirements.ts";
import { checkOutSources } from "../../features/image/sources.ts";
import { install, resolve } from "../../features/image/uv.ts";
import { readModules } from "../../features/modules/moduleIndex/facts.ts";
import { prepared } from "../preparation.ts";

const USAGE = `usage: npm run image -- check | context [--out DIR]
       npm run image:lock [-- --check | --upgrade | --upgrade-package NAME]
       npm run image:verify [-- --report FILE]

The image of Odoo with the bundles' modules. Exit status: 0 fine, 1 something is wrong, 2 wrong usage.

  check    compares ${REQUIREMENTS_FILE} and ${LOCK_FILE} with the bundles and the module index; needs no network
  context  writes the folder that the image is built from; default: reports/image
  lock     writes ${REQUIREMENTS_FILE} and resolves it into ${LOCK_FILE}; with --check it only compares
  verify   installs the lock into a temporary folder, hashes compared, and compares every module with the index

  --upgrade               takes the newest versions of all that no bundle pins; else what is locked stays
  --upgrade-package NAME  of this package only; can be given more than once
  --report FILE           what was found, as JSON
  --root DIR              the folder that holds bundles/, modules/ and image/; default: this project`;

const OPTIONS = {
  check: { type: "boolean" },
  upgrade: { type: "boolean" },
  "upgrade-package": { type: "string", multiple: true },
  out: { type: "string" },
  report: { type: "string" },
  root: { type: "string", default: PROJECT },
} as const;

type Options = ReturnType<typeof parseArgs<{ args: string[]; options: typeof OPTIONS }>>["values"];

function lockFiles(root: string, files: ImageFiles, options: Options): string {
  const { contents, image, lock } = files;
  const wanted = requirementsText(contents);
  const upgrade = options.upgrade === true ? "all" : (options["upgrade-package"] ?? []);
  const resolved = inTemporaryFolder((folder) => resolve(folder, wanted, lock, image, { upgrade }));
  const { packages } = parseLock(resolved);
  if (options.check === true) {
    checkFiles(files);
    const problems = lockDifferences(lock, resolved);
    if (problems.length > 0) throw new ImageError("The lock does not fit", problems, "the-lock-does-not-fit");
    return `${packages.length} packages resolve with hashes, as they are in the lock`;
  }
  writeFileSync(join(root, REQUIREMENTS_FILE), wanted);
  writeFileSync(join(root, LOCK_FILE), resolved);
  return `wrote ${LOCK_FILE}: ${packages.length} packages resolve with hashes`;
}

function verify(root: string, { contents, fixes, index, image, lock }: ImageFiles, report: string | undefined): string {
  return inTemporaryFolder((folder) => {
    const python = install(folder, lock, image);
    const addons = join(folder, "addons");
    checkOutSources(join(folder, "work"), addons, contents.sources, fixes, process.env);
    copyOwn(root, addons, contents.own);
    const facts = readModules([join(python, "odoo/addons"), addons]);
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

function inTemporaryFolder<Result>(work: (folder: string) => Result): Result {
  const folder = mkdtempSync(join(tmpdir(), "odoo-saas-image-"));
  try {
    mkdirSync(join(folder, "work"));
    return work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function run(command: string, options: Options): string {
  const { root } = options;
  const files = loadFiles(root);
  if (command === "lock") return lockFiles(root, files, options);
  checkFiles(files);
  if (command === "verify") return verify(root, files, options.report);
  const counts = `${files.contents.packages.size} modules from packages, ${[...files.contents.modules].length - files.contents.packages.size} from repositories`;
  if (command === "check") return `${counts}, ${parseLock(files.lock).packages.length} packages locked: fine`;
  const out = absolute(options.out ?? join(root, "reports/image"));
  writeContext(out, root, files, process.env);
  return `wrote ${out}: ${counts}`;
}

async function main(args: readonly string[]): Promise<boolean> {
  const { values, positionals } = parseCommand(args, OPTIONS, 1);
  const [command = ""] = positionals;
  if (!["check", "context", "lock", "verify"].includes(command)) {
    throw new UsageError(`${command === "" ? "no command" : command}, expected check, context, lock or verify`);
  }
  await prepared();
  console.log(run(command, values));
  return true;
}

await runCommand(USAGE, main);
