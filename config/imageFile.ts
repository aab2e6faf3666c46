import { ConfigError, formatDiagnostics } from "./diagnostics.ts";
import type { z } from "zod";
import { consoleImageSchema } from "./schemas/consoleImage.ts";
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

/** What the console's image is made of, from the project's root. */
export const CONSOLE_IMAGE_FILE = "image/console.yaml";

/**
 * Reads `image/console.yaml`.
 *
 * @param root the project's root
 * @throws ConfigError with every problem of the file.
 */
export function loadConsoleImage(root: string): z.output<typeof consoleImageSchema> {
  const result = readSettingsFile(root, CONSOLE_IMAGE_FILE, consoleImageSchema);
  if (result.ok) return result.data;
  throw new ConfigError("The console's image cannot be built", formatDiagnostics(result.diagnostics).split("\n"));
}
