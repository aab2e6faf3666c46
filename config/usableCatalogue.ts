import { loadCatalogue } from "./catalogue.ts";
import { ConfigError, formatDiagnostics } from "./diagnostics.ts";
import type { Catalogue } from "./types.ts";

/** The catalogue of a checkout whose files must be right. @throws ConfigError with everything that is wrong */
export function usableCatalogue(root: string): Catalogue {
  const result = loadCatalogue(root);
  if (result.ok) return result.catalogue;
  throw new ConfigError("The files cannot be used", formatDiagnostics(result.diagnostics).split("\n"));
}
