import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { writeOrCheck } from "../../lib/generatedFiles.ts";
import { UserError } from "../../lib/userError.ts";
import { DEFAULTS, settingsSchema } from "./settings.ts";
import type { Settings } from "./settings.ts";
import { workflowFiles } from "./workflows.ts";

/** Workflows with settings of an installation. */
export interface Installation {
  /** JSON file with some of the settings. */
  readonly settings: string;
  /** Folder that the workflows are written to. */
  readonly out: string;
}

/**
 * Writes the project's n8n workflows, or only compares them.
 *
 * @returns whether they are current
 */
export function writeWorkflows(root: string, check: boolean): boolean {
  return write(root, "workflows/n8n", DEFAULTS, check);
}

/**
 * Writes the n8n workflows of an installation, or only compares them.
 *
 * @returns whether they are current
 * @throws UserError if the settings cannot be used
 */
export function writeInstallation({ settings, out }: Installation, check: boolean): boolean {
  return write(out, "", readSettings(settings), check);
}

function write(root: string, folder: string, settings: Settings, check: boolean): boolean {
  mkdirSync(join(root, folder), { recursive: true });
  const files = new Map([...workflowFiles(settings)].map(([name, text]) => [join(folder, name), text]));
  return writeOrCheck(root, { files, from: "features/n8n/", command: "npx odoo-saas generate n8n" }, check);
}

function readSettings(file: string): Settings {
  let given: unknown;
  try {
    given = JSON.parse(readFileSync(file, "utf8"));
  } catch (error) {
    throw new UserError(`${file} cannot be read as JSON: ${error instanceof Error ? error.message : ""}`);
  }
  const result = settingsSchema.partial().safeParse(given);
  if (result.success) return settingsSchema.parse({ ...DEFAULTS, ...result.data });
  const problems = result.error.issues.map(({ path, message }) => `  ${path.join(".")}: ${message}`);
  throw new UserError([`${file} is not valid:`, ...problems].join("\n"));
}
