import {
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { basename, dirname, join } from "node:path";
import type { ImageFile } from "../../config/schemas/image.ts";
import { ODOO } from "../../config/schemas/odooLists.ts";
import { ImageError } from "./imageError.ts";
import type { ImageFiles } from "./files.ts";
import { checkOutSources } from "./sources.ts";

/** Odoo's user and group in the base, as numbers: Kubernetes refuses a name where a pod may not run as root. */
const USER = "100:101";

/**
 * Writes the folder that the image is built from. It is there whole or not at all; an older one is replaced.
 *
 * @param out the folder
 * @param root the project's root
 * @throws ImageError when a source cannot be had, or an edit does not fit it.
 */
export async function writeContext(
  out: string,
  root: string,
  { lock, contents, image, fixes }: Pick<ImageFiles, "lock" | "contents" | "image" | "fixes">,
  env: NodeJS.ProcessEnv,
): Promise<void> {
  assertReplaceable(out);
  mkdirSync(dirname(out), { recursive: true });
  const folder = mkdtempSync(join(dirname(out), `.${basename(out)}-`));
  try {
    const context = join(folder, "context");
    await checkOutSources(join(folder, "work"), join(context, "addons"), contents.sources, fixes, env);
    copyOwn(root, join(context, "addons"), contents.own);
    writeFileSync(join(context, "Dockerfile"), dockerfile(image));
    writeFileSync(join(context, "requirements.txt"), lock);
    const expected = {
      provided: image.provided,
      modules: Object.fromEntries(contents.modules),
      timeZones: ODOO.timeZones.names,
    };
    writeFileSync(join(context, "expected.json"), `${JSON.stringify(expected, null, 2)}\n`);
    copyFileSync(join(root, "image/check.py"), join(context, "check.py"));
    rmSync(out, { recursive: true, force: true });
    renameSync(context, out);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A context is replaced as a whole. @throws ImageError for a folder that is not one */
export function assertReplaceable(out: string, files: readonly string[] = CONTEXT): void {
  if (!existsSync(out)) return;
  const names = statSync(out).isDirectory() ? readdirSync(out) : undefined;
  if (names?.length === 0 || files.every((name) => names?.includes(name))) return;
  const problem = `${out}: ${names === undefined ? "is a file" : "has other files"}, expected a new folder, an empty one or an earlier context, which is replaced`;
  throw new ImageError("The context cannot be written", [problem], "the-context-cannot-be-written");
}

/** Files by which a context is known. */
const CONTEXT = ["Dockerfile", "expected.json"];

/**
 * Copies this repository's own modules.
 *
 * @throws ImageError when one is not there.
 */
export function copyOwn(root: string, into: string, modules: readonly string[]): void {
  const missing = modules.filter((name) => !existsSync(join(root, "addons", name, "__manifest__.py")));
  if (missing.length > 0) {
    const problems = missing.map(
      (name) => `addons/${name}/__manifest__.py: is not there, expected the module that bundles name`,
    );
    throw new ImageError("Modules cannot be put into the image", problems, "a-module-has-no-place");
  }
  for (const name of modules) {
    // Without what Python leaves behind where the tests were run.
    const filter = (path: string): boolean => basename(path) !== "__pycache__";
    cpSync(join(root, "addons", name), join(into, name), { recursive: true, filter });
  }
}

/** The text of the Dockerfile. */
export function dockerfile({ base, sdists, programs }: ImageFile): string {
  const from = `${base.repository}@${base.digest}`;
  const packages = [...new Set(Object.values(programs))].sort();
  const source = sdists.length === 0 ? "" : ` --no-binary=${sdists.join(",")} --no-build-isolation`;
  const pip = "python3 -m pip install --no-cache-dir --disable-pip-version-check --no-deps --require-hashes";
  const apt = `apt-get update && apt-get install --yes --no-install-recommends ${packages.join(" ")} && rm -rf /var/lib/apt/lists/*`;
  return [
    "# Written by npx odoo-saas image context: see docs/image.md.",
    `FROM ${from} AS build`,
    "USER root",
    "COPY requirements.txt /build/",
    "# What has no wheel is built with the base's setuptools: nothing is fetched whose hash is not in the file.",
    `RUN ${pip} --only-binary=:all:${source} --target=/build/python --requirement=/build/requirements.txt`,
    "COPY addons/ /build/python/odoo/addons/",
    "",
    `FROM ${from}`,
    "USER root",
    ...(packages.length === 0 ? [] : [`RUN ${apt}`]),
    "# Odoo finds modules below odoo/addons of every folder of Python's path, this one first.",
    `COPY --from=build --chown=0:0 /build/python/ /usr/local/lib/python${base.python}/dist-packages/`,
    "RUN --mount=type=bind,target=/context python3 /context/check.py /context/expected.json",
    `USER ${USER}`,
    "",
  ].join("\n");
}
