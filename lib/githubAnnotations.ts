/** A message that GitHub shows at a line of a file, or at the workflow's run where it names none. */
export interface Annotation {
  readonly level: "error" | "warning" | "notice";
  /** Path from the project's root. Default: none. */
  readonly file?: string;
  /** From 1. Default: none. */
  readonly line?: number;
  /** From 1. Default: none. */
  readonly column?: number;
  readonly title: string;
  readonly message: string;
}

/**
 * A line that GitHub's runner reads (workflow command). What would end a property or the line is escaped as the runner
 * unescapes it, so that no file's content can start another command:
 * https://github.com/actions/toolkit/blob/main/packages/core/src/command.ts
 */
export function formatAnnotation({ level, file, line, column, title, message }: Annotation): string {
  const properties = Object.entries({ file, line, col: column, title }).flatMap(([key, value]) =>
    value === undefined ? [] : [`${key}=${escapeProperty(String(value))}`],
  );
  return `::${level} ${properties.join(",")}::${escapeData(message)}`;
}

/** What is wrong in a file. */
export interface FileProblem {
  /** Path from the project's root. */
  readonly file: string;
  /** From 1. */
  readonly line: number;
  /** From 1. */
  readonly column: number;
  /** Place in the document, such as `environments.prod`; empty for the whole file. */
  readonly path: string;
  readonly message: string;
}

/** The annotation of a problem, at its place. */
export function annotationOf({ file, line, column, path, message }: FileProblem): Annotation {
  return { level: "error", file, line, column, title: path === "" ? "Invalid file" : path, message };
}

function escapeData(text: string): string {
  return text.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
}

function escapeProperty(text: string): string {
  return escapeData(text).replaceAll(":", "%3A").replaceAll(",", "%2C");
}
