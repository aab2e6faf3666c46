import { formatDiagnostics, loadProjectFiles } from "../../../config/index.ts";
import type { ProjectFiles } from "../../../config/index.ts";
import { GitError } from "../../../lib/git.ts";
import { UserError } from "../../../lib/userError.ts";
import { projectFilesAt } from "./projectFilesAt.ts";
import { moduleChanges } from "./changes.ts";
import type { ModuleChanges } from "./changes.ts";

/**
 * What differs from a commit for the modules of the image and of the tenants.
 *
 * @param ref branch, tag or commit
 * @throws UserError if the files or the commit cannot be used
 */
export function moduleChangesSince(root: string, ref: string): ModuleChanges {
  const after = loadProjectFiles(root);
  if (!after.ok) throw new UserError(formatDiagnostics(after.diagnostics));
  return moduleChanges(baseOf(root, ref), after.projectFiles);
}

function baseOf(root: string, ref: string): ProjectFiles {
  try {
    return projectFilesAt(root, ref);
  } catch (error) {
    if (!(error instanceof GitError)) throw error;
    throw new GitError(error.message.replace("--base is", "the base is"));
  }
}
