import { isUtf8 } from "node:buffer";
import { closeSync, constants, fstatSync, openSync, readdirSync, readSync, realpathSync } from "node:fs";
import type { Dirent } from "node:fs";
import { join, sep } from "node:path";
import { compareText } from "./diagnostics.ts";
import type { Diagnostic } from "./diagnostics.ts";
import { quote } from "./schemas/common.ts";

/** Largest file, in bytes. The largest real one, a bundle of some hundred modules, has a third of it. */
export const MAX_FILE_BYTES = 64 * 1024;

/** Text of a file, or why it was not read. */
export type FileText = { readonly text: string } | { readonly diagnostics: readonly Diagnostic[] };

function refusal(file: string, message: string): Diagnostic {
  return { file, line: 1, column: 1, path: "", message };
}

/** Why a file cannot be read at all, for people: Node's own messages have a code, a call and an absolute path in them. */
function reasonOf(error: unknown): string {
  // Stryker disable next-line StringLiteral: Stands in for the code of what is not an error of a file: the calls here throw nothing else.
  // Stryker disable next-line ConditionalExpression,LogicalOperator: For the compiler: the calls here throw errors with a code, and nothing else.
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  const reasons: Readonly<Record<string, string>> = {
    ENOENT: "does not exist",
    EACCES: "may not be read by this user",
    // Stryker disable next-line StringLiteral: EPERM, which macOS reports for folders that a program may not enter; Linux reports EACCES, which is tested.
    EPERM: "may not be read by this user",
    ENOTDIR: "is in something that is not a directory",
    ELOOP: "is a symbolic link to itself",
  };
  return reasons[code] ?? `cannot be read (${code})`;
}

/**
 * Reads a file of UTF-8 text.
 *
 * @param root the project's root, absolute
 * @param file path from the root, with forward slashes
 */
export function readText(root: string, file: string): FileText {
  const refuse = (message: string): FileText => ({ diagnostics: [refusal(file, message)] });
  let bytes: Buffer;
  try {
    // Not blocking: opening a pipe would wait for a writer.
    const descriptor = openSync(join(root, file), constants.O_RDONLY | constants.O_NONBLOCK);
    try {
      const stat = fstatSync(descriptor);
      if (stat.isDirectory()) return refuse("is a directory, expected a file");
      if (!stat.isFile()) return refuse("is a device or pipe, expected a file");
      if (stat.size > MAX_FILE_BYTES) return refuse(`has ${stat.size} bytes, expected at most ${MAX_FILE_BYTES}`);
      bytes = Buffer.allocUnsafe(stat.size);
      bytes = bytes.subarray(0, readSync(descriptor, bytes));
    } finally {
      closeSync(descriptor);
    }
  } catch (error) {
    return refuse(`${reasonOf(error)}, expected a readable file`);
  }
  if ((bytes[0] === 0xfe && bytes[1] === 0xff) || (bytes[0] === 0xff && bytes[1] === 0xfe)) {
    return refuse("is UTF-16, expected UTF-8 without a byte order mark");
  }
  if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) {
    return refuse("begins with a byte order mark, expected UTF-8 without one");
  }
  if (bytes.includes(0)) return refuse("has NUL bytes, expected UTF-8 text (UTF-16 has them)");
  if (!isUtf8(bytes)) return refuse("is not UTF-8 (Latin-1?), expected UTF-8 text");
  return { text: bytes.toString("utf8") };
}

/** The YAML files of a folder that may be read, sorted, and what is wrong with the others. */
export interface FolderListing {
  /** Names of the files without `.yaml`. */
  readonly names: readonly string[];
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * Lists the YAML files of a folder. Refused: other endings than `.yaml`, directories, symbolic links that leave the
 * folder, names that `isName` refuses, and names that differ only in case (one of them would be lost on a Mac).
 * Left alone: README.md, and hidden files that are not YAML (editors' own).
 *
 * @param folder path from the root
 * @param isName whether a name without `.yaml` may be there
 * @param expectedName what a right name is, for messages
 */
export function listFolder(
  root: string,
  folder: string,
  isName: (name: string) => boolean,
  expectedName: string,
): FolderListing {
  let entries: Dirent[];
  let base: string;
  try {
    base = realpathSync(join(root, folder));
    // Stryker disable next-line ArrowFunction,MethodExpression: libuv lists folders sorted on Unix already; the order that is meant does not depend on it.
    entries = readdirSync(base, { withFileTypes: true }).sort((a, b) => compareText(a.name, b.name));
  } catch (error) {
    return { names: [], diagnostics: [refusal(folder, `${reasonOf(error)}, expected a folder of YAML files`)] };
  }
  const names: string[] = [];
  const diagnostics: Diagnostic[] = [];
  const seen = new Map<string, string>();
  for (const entry of entries) {
    const isYaml = /\.ya?ml$/i.test(entry.name);
    if (entry.name === "README.md" || (entry.name.startsWith(".") && !isYaml)) continue;
    // Signed, not written by people: what promotion goes by.
    if (folder === "releases" && entry.name === "attestations" && entry.isDirectory()) continue;
    const twin = seen.get(entry.name.toLowerCase());
    seen.set(entry.name.toLowerCase(), entry.name);
    const name = entry.name.replace(/\.ya?ml$/i, "");
    const message =
      twin !== undefined
        ? `differs from ${twin} only in case, expected names that differ on every file system`
        : entry.isDirectory()
          ? "is a directory, expected only files here"
          : !entry.name.endsWith(".yaml")
            ? `has the wrong ending, expected ${isYaml ? `${name}.yaml` : "a file that ends in .yaml"}`
            : !isName(name)
              ? `is named ${quote(name)}, expected ${expectedName}`
              : entry.isSymbolicLink() && !staysInside(base, entry.name)
                ? "is a symbolic link out of the folder (or to nothing), expected a file"
                : undefined;
    if (message === undefined) names.push(name);
    else diagnostics.push(refusal(`${folder}/${entry.name}`, message));
  }
  return { names, diagnostics };
}

function staysInside(base: string, name: string): boolean {
  try {
    return realpathSync(join(base, name)).startsWith(base + sep);
  } catch {
    return false;
  }
}
