/**
 * A character that people see, as the source of a regular expression with the flag `u`: letters, marks, digits,
 * punctuation, symbols, and the space. Whatever else Unicode has is left out: controls, direction overrides, spaces that look
 * like others or like nothing, characters without a width, private ones and those that are not assigned; and of those kinds
 * what readers must not display (https://www.unicode.org/reports/tr44/#Default_Ignorable_Code_Point) or is blank.
 */
export const VISIBLE = "(?![\\p{Default_Ignorable_Code_Point}\\u2800])[\\p{L}\\p{M}\\p{N}\\p{P}\\p{S} ]";

/** Letters that join the letter behind them, and the one before: Joining_Type D, of Arabic script (ArabicShaping.txt of Unicode 15). */
const DUAL_JOINING =
  "\\u0620\\u0626\\u0628\\u062a-\\u062e\\u0633-\\u063f\\u0641-\\u0647\\u0649\\u064a\\u066e\\u066f" +
  "\\u0678-\\u0687\\u069a-\\u06bf\\u06c1\\u06c2\\u06cc\\u06ce\\u06d0\\u06d1\\u06fa-\\u06fc\\u06ff" +
  "\\u0750-\\u0758\\u075c-\\u076a\\u076d-\\u0770\\u0772\\u0775-\\u0777\\u077a-\\u077f\\u0886" +
  "\\u0889-\\u088d\\u08a0-\\u08a9\\u08af\\u08b0\\u08b3-\\u08b8\\u08ba-\\u08c8";

/** Letters that join only the letter before them: Joining_Type R, of Arabic script. */
const RIGHT_JOINING =
  "\\u0622-\\u0625\\u0627\\u0629\\u062f-\\u0632\\u0648\\u0671-\\u0673\\u0675-\\u0677\\u0688-\\u0699" +
  "\\u06c0\\u06c3-\\u06cb\\u06cd\\u06cf\\u06d2\\u06d3\\u06d5\\u06ee\\u06ef\\u0759-\\u075b\\u076b\\u076c" +
  "\\u0771\\u0773\\u0774\\u0778\\u0779\\u0870-\\u0882\\u088e\\u08aa-\\u08ac\\u08ae\\u08b1\\u08b2\\u08b9";

/** Signs that take a consonant's vowel: Canonical_Combining_Class 9. */
const VIRAMA =
  "\\u094d\\u09cd\\u0a4d\\u0acd\\u0b4d\\u0bcd\\u0c4d\\u0ccd\\u0d3b\\u0d3c\\u0d4d\\u0dca\\u0e3a\\u0eba" +
  "\\u0f84\\u1039\\u103a\\u1714\\u1715\\u1734\\u17d2\\u1a60\\u1b44\\u1baa\\u1bab\\u1bf2\\u1bf3\\u2d7f" +
  "\\ua806\\ua82c\\ua8c4\\ua953\\ua9c0\\uaaf6\\uabed";

/**
 * A joiner (U+200D) or non-joiner (U+200C) that changes how its neighbours look, as the source of a regular expression with the flag
 * `u`: either behind a virama, as Indian scripts need it, and the non-joiner between letters that would be joined, as Persian needs it
 * (CONTEXTJ of RFC 5892, appendices A.1 and A.2). Elsewhere they show nothing.
 */
export const SHOWN_JOINER =
  `(?:(?<=[${VIRAMA}])[\\u200c\\u200d]|` +
  `(?<=[${DUAL_JOINING}]\\p{Mn}*)\\u200c(?=\\p{Mn}*[${DUAL_JOINING}${RIGHT_JOINING}]))`;

/** A character as messages name it: `U+00E9`. */
export function codePoint(character: string): string {
  return `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")}`;
}

/** A character as an escape in a text in double quotes, as YAML takes it. */
export function escapeSequence(character: string): string {
  const code = (character.codePointAt(0) ?? 0).toString(16).toUpperCase();
  return code.length > 4 ? `\\U${code.padStart(8, "0")}` : `\\u${code.padStart(4, "0")}`;
}

/** A character that is not seen: what it is, and what would be right, for messages. */
export function hiddenCharacter(character: string): { readonly what: string; readonly expected: string } {
  const code = codePoint(character);
  return /[\p{Z}\t\r\n\v\f\u0085\u2800]/u.test(character)
    ? { what: `the blank ${code}`, expected: "a space in its place" }
    : { what: `the invisible character ${code}`, expected: "the same without it" };
}
