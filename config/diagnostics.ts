import { UserError } from "../lib/userError.ts";

/** One thing that is wrong in a file. */
export interface Diagnostic {
  /** Path from the project's root, with forward slashes. */
  readonly file: string;
  /** Line, from 1. */
  readonly line: number;
  /** Column in characters, from 1. */
  readonly column: number;
  /** Where in the document: `environments.prod.domains[0]`. Empty when the whole file is meant. */
  readonly path: string;
  /** `<what is wrong>, expected <what would be right>`. */
  readonly message: string;
}

/** Compares by file, then position, then path and message: the order in which a reader works through them. */
export function compareDiagnostics(a: Diagnostic, b: Diagnostic): number {
  return (
    compareText(a.file, b.file) ||
    a.line - b.line ||
    a.column - b.column ||
    compareText(a.path, b.path) ||
    compareText(a.message, b.message)
  );
}

/** Compares by code units: the same on every machine, whatever its language. */
export function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/**
 * A line for people and editors: `tenants/acme.yaml:12:5: environments.prod.domains[0]: is …, expected …`. Control
 * characters, which names and keys may hold, are replaced: a file does not get to write to the terminal.
 */
export function formatDiagnostic({ file, line, column, path, message }: Diagnostic): string {
  return `${file}:${line}:${column}: ${path === "" ? "" : `${path}: `}${message}`.replace(/\p{Cc}/gu, "\uFFFD");
}

/** One line of {@link formatDiagnostic} per diagnostic, without a closing line break. */
export function formatDiagnostics(diagnostics: readonly Diagnostic[]): string {
  return diagnostics.map(formatDiagnostic).join("\n");
}

/** Configuration that cannot be used. Its message is for people and complete; a stack trace adds nothing. */
export class ConfigError extends UserError {
  override readonly name = "ConfigError";

  /**
   * @param title what could not be done, one line
   * @param problems what is wrong, one line each
   */
  constructor(title: string, problems: readonly string[]) {
    super([`${title}:`, ...problems.map((problem) => `  ${problem.replaceAll("\n", "\n  ")}`)].join("\n"));
    // Pulumi prints an error's stack where there is one.
    this.stack = `${this.name}: ${this.message}`;
  }
}
