import { compareText } from "../../config/diagnostics.ts";
import { IMAGE_FILE } from "../../config/imageFile.ts";
import { INDEX_FILE } from "../../config/moduleIndex.ts";
import type { ImageFile } from "../../config/schemas/image.ts";
import type { ModuleIndex } from "../../config/schemas/moduleIndex.ts";
import { ImageError } from "./imageError.ts";

/** Modules of one repository, in the image by a commit of it. */
export interface ModuleSource {
  /** owner/name on GitHub. */
  readonly repository: string;
  readonly commit: string;
  /** Folder in the repository by module. */
  readonly modules: Readonly<Record<string, string>>;
  /** Python packages that they need. */
  readonly requirements: readonly string[];
}

/** What the image has beside its base. */
export interface ImageContents {
  /** Version of the published package by its name, such as odoo-addon-auth-oidc, sorted. */
  readonly packages: ReadonlyMap<string, string>;
  readonly sources: readonly ModuleSource[];
  /** Modules of this repository, folders of `addons/`. */
  readonly own: readonly string[];
  /** Every module that is added to the base, with the version of its manifest, sorted. */
  readonly modules: ReadonlyMap<string, string>;
}

/**
 * How each module comes into the image: from its published package, from a repository at a commit, or from `addons/`.
 *
 * @param wanted modules of the bundles with everything that they depend on, Odoo Community's among them
 * @throws ImageError that names the modules which have no place in the image.
 */
export function imageContents(wanted: Iterable<string>, index: ModuleIndex, image: ImageFile): ImageContents {
  const problems: string[] = [];
  const packages = new Map<string, string>();
  const modules = new Map<string, string>();
  const own: string[] = [];
  const used = new Map<string, Record<string, string>>();
  for (const name of [...new Set(wanted)].sort(compareText)) {
    const module = index.modules[name];
    if (module === undefined)
      problems.push(`${name}: is not in ${INDEX_FILE}, expected it there: npx odoo-saas module refresh`);
    if (module === undefined || module.origin === "ce") continue;
    modules.set(name, module.version);
    const [repository, source] = Object.entries(image.sources).find(([, each]) => name in each.modules) ?? [];
    if (source !== undefined && repository !== undefined) {
      if (module.package !== undefined) {
        problems.push(
          `${IMAGE_FILE}: sources has ${name}, expected it left out: the index has its package ${module.package.name}`,
        );
      } else if (module.repository !== repository || module.commit !== source.commit) {
        problems.push(
          `${IMAGE_FILE}: sources.${repository}.commit is ${source.commit}, expected that of ${INDEX_FILE} for ${name}: ` +
            `${module.commit ?? "none"} of ${module.repository ?? "no repository"}`,
        );
      }
      const folders = used.get(repository) ?? {};
      folders[name] = source.modules[name] ?? name;
      used.set(repository, folders);
    } else if (module.origin === "platform") own.push(name);
    else if (module.package !== undefined) packages.set(module.package.name, module.package.version);
    else {
      problems.push(
        `${name}: has neither a package in ${INDEX_FILE} nor a folder below sources in ${IMAGE_FILE}, ` +
          "expected one of them, or a bundle without it",
      );
    }
  }
  if (problems.length > 0)
    throw new ImageError("Modules cannot be put into the image", problems, "a-module-has-no-place");
  const sources = [...used]
    .sort(([a], [b]) => compareText(a, b))
    .map(([repository, folders]): ModuleSource => {
      const { commit = "", requirements = [] } = image.sources[repository] ?? {};
      return { repository, commit, modules: folders, requirements };
    });
  return { packages: new Map([...packages].sort(([a], [b]) => compareText(a, b))), sources, own, modules };
}
