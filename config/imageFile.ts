import { ConfigError, formatDiagnostics } from "./diagnostics.ts";
import { imageFileSchema } from "./schemas/image.ts";
import type { ImageFile } from "./schemas/image.ts";
import { readSettingsFile } from "./settingsFile.ts";

/** What the image is made of, from the project's root. */
export const IMAGE_FILE = "image/image.yaml";

/**
 * Reads `image/image.yaml`.
 *
 * @param root the project's root
 * @throws ConfigError with every problem of the file.
 */
export function loadImage(root: string): ImageFile {
  const result = readSettingsFile(root, IMAGE_FILE, imageFileSchema);
  if (!result.ok) throw new ConfigError("The image cannot be built", formatDiagnostics(result.diagnostics).split("\n"));
  return result.data;
}
