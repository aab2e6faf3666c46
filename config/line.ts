import { codePoint, escapeSequence, hiddenCharacter, SHOWN_JOINER, VISIBLE } from "./characters.ts";

/** The first character that nobody sees. */
const HIDDEN = new RegExp(`(?!${VISIBLE}|${SHOWN_JOINER}).`, "su");

/** Most marks in a row: more are in no language, and cover what is around them (UTS 39, 5.4). */
const MARKS_MAX = 4;

/** More marks than that, or one twice in a row, which looks as if it were there once. */
const MARKS = new RegExp(`[\\p{Mn}\\p{Me}]{${MARKS_MAX + 1},}|([\\p{Mn}\\p{Me}])\\1+`, "u");

/** What editors know of a line: it lets through joiners that show nothing, too, and what {@link lineFault} says of marks. */
export const LINE_PATTERN = `^(?![ \\p{M}]|$)(?:${VISIBLE}|[\\u200c\\u200d])*(?<! )$`;

/** What is wrong with a text: the rest of a sentence after it, and what would be right. */
export interface LineFault {
  readonly wrong: string;
  readonly expected: string;
}

/**
 * Why a text, which is not empty, is not one line for people: characters that are seen, no space at an end, no mark without a letter,
 * Unicode's composed form (NFC), and no more marks than languages have. Undefined: it is one.
 */
export function lineFault(text: string): LineFault | undefined {
  const hidden = HIDDEN.exec(text);
  if (hidden !== null) {
    const { what, expected } = hiddenCharacter(hidden[0]);
    return { wrong: `whose character ${place(text, hidden.index)} is ${what}`, expected };
  }
  const trimmed = text.trim();
  if (trimmed === "") return { wrong: "which is blank", expected: "letters" };
  if (trimmed !== text) return { wrong: "which begins or ends with a space", expected: JSON.stringify(trimmed) };
  if (/^\p{M}/u.test(text)) {
    return {
      wrong: `whose character 1 is the mark ${codePoint(text)} without a letter`,
      expected: "a letter before it",
    };
  }
  const composed = text.normalize("NFC");
  if (composed !== text) {
    const at = Array.from(composed).findIndex((character, index) => character !== Array.from(text)[index]);
    return {
      wrong: `which is not in composed form (Unicode NFC) at character ${at + 1}`,
      expected: escaped(composed, text),
    };
  }
  const marks = MARKS.exec(text);
  if (marks === null) return undefined;
  const count = Array.from(marks[0]).length;
  return {
    wrong: `which has ${count} marks in a row from character ${place(text, marks.index)} on (${codePoint(marks[0])})`,
    expected: `at most ${MARKS_MAX}, and none twice in a row`,
  };
}

/** Number of a character, from 1. */
function place(text: string, index: number): number {
  return Array.from(text.slice(0, index)).length + 1;
}

/** A text in double quotes as YAML takes it, with escapes for what another text does not have and looks the same. */
function escaped(text: string, other: string): string {
  const characters = Array.from(text).map((character) =>
    other.includes(character) ? JSON.stringify(character).slice(1, -1) : escapeSequence(character),
  );
  return `"${characters.join("")}"`;
}
