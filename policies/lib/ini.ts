/** Sections of a configuration file, and their settings as texts. */
export type Ini = Readonly<Record<string, Readonly<Record<string, string>>>>;

/**
 * Reads a configuration file in the one form that the program writes: no comments, no blank lines within, no continued lines, no
 * setting twice. Readers differ in what they make of other forms.
 *
 * @param equals what stands between a setting and its value
 * @returns the sections, or the number of the line that is not so, from 1
 */
export function parseIni(text: string, equals: " = " | "="): Ini | number {
  const sections = new Map<string, Map<string, string>>();
  let current: Map<string, string> | undefined;
  for (const [index, line] of text.replace(/\n$/, "").split("\n").entries()) {
    const header = /^\[(\w+)\]$/.exec(line)?.[1];
    if (header !== undefined && !sections.has(header)) {
      current = new Map();
      sections.set(header, current);
      continue;
    }
    const at = line.indexOf(equals);
    const key = line.slice(0, Math.max(at, 0));
    if (current === undefined || !/^[a-z_]+$/.test(key) || current.has(key)) return index + 1;
    current.set(key, line.slice(at + equals.length));
  }
  return Object.fromEntries([...sections].map(([name, settings]) => [name, Object.fromEntries(settings)]));
}
