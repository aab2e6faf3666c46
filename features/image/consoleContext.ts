import { cpSync, existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { loadConsoleImage } from "../../config/imageFile.ts";
import type { Release } from "../../config/index.ts";
import { CONSOLE_PROGRAMS, CONSOLE_ROOT } from "../../config/names.ts";
import { assertReplaceable } from "./context.ts";
import { ImageError } from "./imageError.ts";

/** What of the checkout is in the image: the console, and what it imports. */
const PARTS = [
  ...["package.json", "package-lock.json", "run.mjs", "preload.cjs"],
  ...["config", "lib", "features", "policies", "sql", "modules", "plans.yaml", "zones.yaml", "console"],
] as const;

/** What the console shows and checks with, as the checkout has it. */
const SHOWN = [
  ...["tenants", "companies.yaml", "prices", "bundles", "releases", "archive", "alerts", "promotions", "docs"],
  ...["approvers.yaml", "requesters.yaml"],
] as const;

/** Folders that an installation or a run leaves behind. */
const LEFT_BEHIND: ReadonlySet<string> = new Set(["node_modules", ".git", "dist", "test", "reports"]);

/** Files by which a context of the console is known. */
const CONTEXT = ["Dockerfile", "app"];

/** User and group `node` of the base, as numbers: Kubernetes refuses a name where a pod may not run as root. */
const USER = "1000:1000";

/**
 * Writes the folder that the console's image is built from. It is there whole or not at all; an older one is replaced.
 *
 * @param out the folder
 * @param root the project's root
 * @throws ConfigError when `image/console.yaml` is wrong; ImageError when the checkout has no console.
 */
export function writeConsoleContext(out: string, root: string): void {
  const { base } = loadConsoleImage(root);
  const missing = PARTS.filter((part) => !existsSync(join(root, part)));
  if (missing.length > 0) {
    const problems = missing.map((part) => `${part}: is not there, expected a whole checkout of this project`);
    throw new ImageError("The console's context cannot be written", problems, "the-context-cannot-be-written");
  }
  assertReplaceable(out, CONTEXT);
  mkdirSync(dirname(out), { recursive: true });
  const folder = mkdtempSync(join(dirname(out), `.${basename(out)}-`));
  try {
    const context = join(folder, "context");
    const filter = (path: string): boolean => !LEFT_BEHIND.has(basename(path));
    for (const part of [...PARTS, ...SHOWN.filter((name) => existsSync(join(root, name)))])
      cpSync(join(root, part), join(context, "app", part), { recursive: true, filter });
    writeFileSync(join(context, "Dockerfile"), consoleDockerfile(base));
    rmSync(out, { recursive: true, force: true });
    renameSync(context, out);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The text of the Dockerfile. */
export function consoleDockerfile(base: Release["image"]): string {
  const from = `${base.repository}@${base.digest}`;
  const all = "npm ci --ignore-scripts --no-audit --no-fund";
  const install = `${all} --omit=dev`;
  return [
    "# Written by npx odoo-saas image console-context: see docs/console.md.",
    `FROM ${from} AS build`,
    `WORKDIR ${CONSOLE_ROOT}`,
    "COPY app/ ./",
    "# Nothing but what the lock files have by their hashes, and no package's own scripts.",
    `RUN ${install}`,
    "# The pages are built by what is not in the image afterwards.",
    `RUN ${all} --prefix console && node console/web/build.ts && ${install} --prefix console`,
    "",
    `FROM ${from}`,
    "ENV NODE_ENV=production",
    `WORKDIR ${CONSOLE_ROOT}`,
    "# Root's: the program cannot change itself.",
    `COPY --from=build --chown=0:0 ${CONSOLE_ROOT}/ ./`,
    `USER ${USER}`,
    `CMD ${JSON.stringify(CONSOLE_PROGRAMS.server)}`,
    "",
  ].join("\n");
}
