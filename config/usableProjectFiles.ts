import { loadProjectFiles } from "./projectFiles.ts";
import { ConfigError, formatDiagnostics } from "./diagnostics.ts";
import type { ProjectFiles } from "./types.ts";

/** The catalogue of a checkout whose files must be right. @throws ConfigError with everything that is wrong */
export function usableProjectFiles(root: string): ProjectFiles {
  const result = loadProjectFiles(root);
  if (result.ok) return result.projectFiles;
  throw new ConfigError("The files cannot be used", formatDiagnostics(result.diagnostics).split("\n"));
}
