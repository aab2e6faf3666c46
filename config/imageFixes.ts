import { existsSync } from "node:fs";
import { join } from "node:path";
import { ConfigError, formatDiagnostics } from "./diagnostics.ts";
import type { Diagnostic } from "./diagnostics.ts";
import { listFolder, readText } from "./files.ts";
import { IMAGE_FILE } from "./imageFile.ts";
import { issueProblems, moduleName } from "./schemas/common.ts";
import { fixesSchema } from "./schemas/fixes.ts";
import type { ModuleFixes } from "./schemas/fixes.ts";
import type { ImageFile } from "./schemas/image.ts";
import type { Problem } from "./schemas/common.ts";
import { parseYaml } from "./yaml.ts";

/** Where the edits to the image's modules are, one file per module, from the project's root. */
export const FIXES_FOLDER = "image/fixes";

/**
 * Reads `image/fixes/`: the edits of ours to modules that come from a repository, by module.
 *
 * @param root the project's root
 * @throws ConfigError with every problem of every file.
 */
export function loadFixes(root: string, image: Pick<ImageFile, "sources">): ReadonlyMap<string, ModuleFixes> {
  const fixes = new Map<string, ModuleFixes>();
  if (!existsSync(join(root, FIXES_FOLDER))) return fixes;
  const { names, diagnostics } = listFolder(
    root,
    FIXES_FOLDER,
    (name) => moduleName.safeParse(name).success,
    'a module such as "auth_oidc"',
  );
  const wrong: Diagnostic[] = [...diagnostics];
  for (const module of names) {
    const file = `${FIXES_FOLDER}/${module}.yaml`;
    const content = readText(root, file);
    const parsed = "text" in content ? parseYaml(file, content.text) : content;
    if ("diagnostics" in parsed) {
      wrong.push(...parsed.diagnostics);
      continue;
    }
    const result = fixesSchema.safeParse(parsed.value);
    const problems = result.success ? sourceProblems(module, result.data, image) : issueProblems(result.error.issues);
    wrong.push(...problems.map(parsed.source.locate));
    if (result.success) fixes.set(module, result.data);
  }
  if (wrong.length > 0) throw new ConfigError("The image cannot be built", formatDiagnostics(wrong).split("\n"));
  return fixes;
}

/** Edits belong to the commit that the image takes: at another one each must be looked at again. */
function sourceProblems(
  module: string,
  { repository, commit }: ModuleFixes,
  { sources }: Pick<ImageFile, "sources">,
): Problem[] {
  const source = sources[repository];
  if (source === undefined || !(module in source.modules)) {
    const message = `is ${repository}, from which ${IMAGE_FILE} does not take ${module}, expected the module's repository there`;
    return [{ path: ["repository"], atKey: false, message }];
  }
  if (source.commit === commit) return [];
  const message = `is ${commit}, but ${IMAGE_FILE} takes ${source.commit}, expected the edits to be checked against that commit`;
  return [{ path: ["commit"], atKey: false, message }];
}
