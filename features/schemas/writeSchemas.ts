import { jsonSchemas } from "../../config/jsonSchemas.ts";
import { writeOrCheck } from "../../lib/generatedFiles.ts";

/**
 * Writes the JSON schemas of the project's files, or only compares them.
 *
 * @returns whether they are current
 */
export function writeSchemas(root: string, check: boolean): boolean {
  const files = new Map([...jsonSchemas()].map(([file, text]) => [`schemas/${file}`, text]));
  return writeOrCheck(root, { files, from: "config/schemas/", command: "npx odoo-saas generate schemas" }, check);
}
