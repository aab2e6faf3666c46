import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";

/** The project's root. */
export const ROOT = join(import.meta.dirname, "../..");

/** Files of the project, by path from its root, whose paths match. */
export function projectFiles(pattern: RegExp): string[] {
  const { stdout } = spawnSync("git", ["ls-files", "-co", "--exclude-standard"], { cwd: ROOT, encoding: "utf8" });
  return stdout.split("\n").filter((file) => pattern.test(file));
}

/** Text of a file of the project. */
export function read(file: string): string {
  return readFileSync(join(ROOT, file), "utf8");
}

/** Operations that have a page of their own, with commands that a sandbox can run. */
export const OPERATIONS = [
  "add-tenant",
  "pause",
  "resume",
  "decommission",
  "upgrade",
  "roll-back",
  "restore",
  "rotate",
  "incident",
] as const;

/** A page's blocks of shell commands and of YAML, in their order. */
export function blocks(page: string): { readonly kind: "sh" | "yaml"; readonly lines: readonly string[] }[] {
  const found = read(page).matchAll(/^( *)```(sh|yaml)\n([^]*?)^ *```$/gm);
  return [...found].map(([, indent = "", kind, text = ""]) => ({
    kind: kind === "sh" ? "sh" : "yaml",
    lines: text
      .trimEnd()
      .split("\n")
      .map((line) => line.slice(indent.length)),
  }));
}

/** `npm run` commands of a Markdown text, in blocks and in sentences, without what follows `#`. */
export function npmCommands(text: string): string[] {
  return [...text.matchAll(/npm run (?:-s )?[\w:]+[^`\n|#;"]*/g)].map(([command]) => command.trim());
}
