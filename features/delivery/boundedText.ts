import { workflowRunUrl } from "../../lib/githubOutput.ts";

/** Characters of a comment, an issue or a pull request that GitHub takes; it refuses a longer one ("Body is too long"). */
export const MAX_BODY = 65_536;

/** How many entries of each list are shown, the first number that fits. */
const LIMITS = [Number.POSITIVE_INFINITY, 100, 30, 10, 3];

/**
 * A text for GitHub that fits: lists are shortened until it does, and its end is cut if that is not enough. Put first what
 * must be read.
 *
 * @param render makes the text with lists of at most so many entries
 * @param whole where the whole text is, as the end of a sentence; it is said only if something was left out
 */
export function fitBody(render: (limit: number) => string, whole: string): string {
  const note = `\n\n**Shortened**, because GitHub takes ${MAX_BODY.toLocaleString("en")} characters: the whole text is ${whole}.\n`;
  for (const limit of LIMITS) {
    const text = render(limit);
    if (limit === Number.POSITIVE_INFINITY && text.length <= MAX_BODY) return text;
    if (text.length + note.length <= MAX_BODY) return text.trimEnd() + note;
  }
  const cut = render(LIMITS.at(-1) ?? 0).slice(0, MAX_BODY - note.length);
  return cut.slice(0, cut.lastIndexOf("\n")).trimEnd() + note;
}

/** The run of the workflow that this process is in, as a link. */
export function thisRun(): string {
  const url = workflowRunUrl();
  return url === undefined ? "the run" : `[the run](${url})`;
}

/** `acme, globex and 3 more`. */
export function nameList(names: readonly string[], limit: number): string {
  if (names.length <= limit) return names.join(", ");
  return `${names.slice(0, limit).join(", ")} and ${names.length - limit} more`;
}

/** The first lines, and how many are left out. @param more says so of a number, as a line */
export function firstLines(lines: readonly string[], limit: number, more: (count: number) => string): string[] {
  return lines.length <= limit ? [...lines] : [...lines.slice(0, limit), more(lines.length - limit)];
}
