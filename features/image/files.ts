import { readFileSync } from "node:fs";
import { join } from "node:path";
import { readBundles } from "../../config/projectFiles.ts";
import { ConfigError, formatDiagnostics } from "../../config/diagnostics.ts";
import { loadImage } from "../../config/imageFile.ts";
import { loadFixes } from "../../config/imageFixes.ts";
import { readModuleIndex } from "../../config/moduleIndex.ts";
import { imageModules } from "../../config/modules.ts";
import { imageContents } from "./contents.ts";
import { ImageError } from "./imageError.ts";
import { LOCK_FILE, lockProblems, REQUIREMENTS_FILE, requirementsText } from "./requirements.ts";

/**
 * The image's files, and what they must be.
 *
 * @param root the project's root
 * @throws ConfigError when one cannot be used, ImageError when a module has no place in the image.
 */
export function loadFiles(root: string) {
  const { values: bundles, diagnostics } = readBundles(root);
  const read = readModuleIndex(root);
  const wrong = [...diagnostics, ...("diagnostics" in read ? read.diagnostics : [])];
  if ("diagnostics" in read || wrong.length > 0) {
    throw new ConfigError("The image cannot be built", formatDiagnostics(wrong).split("\n"));
  }
  const { index } = read;
  const image = loadImage(root);
  const fixes = loadFixes(root, image);
  const contents = imageContents(imageModules(bundles, new Map(Object.entries(index.modules))), index, image);
  const text = (file: string): string => {
    try {
      return readFileSync(join(root, file), "utf8");
    } catch {
      return "";
    }
  };
  return { index, image, fixes, contents, requirements: text(REQUIREMENTS_FILE), lock: text(LOCK_FILE) };
}

/** The image's files. */
export type ImageFiles = ReturnType<typeof loadFiles>;

/**
 * The image's files, checked.
 *
 * @param root the project's root
 * @throws ConfigError or ImageError if one cannot be used, or the committed files are not what the bundles make
 */
export function loadCheckedFiles(root: string): ImageFiles {
  const files = loadFiles(root);
  checkFiles(files);
  return files;
}

/** Where the image's modules come from, in numbers. */
export function countModules({ contents: { modules, packages } }: ImageFiles): string {
  return `${packages.size} modules from packages, ${modules.size - packages.size} from repositories`;
}

/** @throws ImageError if the committed files are not what the bundles make. */
export function checkFiles({ contents, image, requirements, lock }: ImageFiles): void {
  const problems =
    requirements === requirementsText(contents)
      ? []
      : [`${REQUIREMENTS_FILE}: is not what the bundles make, expected it after: npx odoo-saas image lock`];
  problems.push(...lockProblems(lock, contents, image));
  if (problems.length > 0) throw new ImageError("The lock does not fit", problems, "the-lock-does-not-fit");
}
