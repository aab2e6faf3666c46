import { ConfigError, formatDiagnostics } from "./diagnostics.ts";
import { checkDocument } from "./document.ts";
import { readText } from "./files.ts";
import { imageFileSchema } from "./schemas/image.ts";
import type { ImageFile } from "./schemas/image.ts";
import { parseYaml } from "./yaml.ts";

/** What the image is made of, from the project's root. */
export const IMAGE_FILE = "image/image.yaml";

/**
 * Reads `image/image.yaml`.
 *
 * @param root the project's root
 * @throws ConfigError with every problem of the file.
 */
export function loadImage(root: string): ImageFile {
  const content = readText(root, IMAGE_FILE);
  const parsed = "text" in content ? parseYaml(IMAGE_FILE, content.text) : content;
  const refuse = (diagnostics: Parameters<typeof formatDiagnostics>[0]) =>
    new ConfigError("The image cannot be made", formatDiagnostics(diagnostics).split("\n"));
  if ("diagnostics" in parsed) throw refuse(parsed.diagnostics);
  const result = checkDocument(parsed, imageFileSchema);
  if (!result.ok) throw refuse(result.problems.map(parsed.source.locate));
  return result.data;
}
