/**
 * A character that people see, as the source of a regular expression with the flag `u`: letters, marks, digits,
 * punctuation, symbols, and the space. Whatever else Unicode has is left out: controls, direction overrides, spaces that look
 * like others or like nothing, characters without a width, private ones and those that are not assigned; and of those kinds
 * what readers are told to show nothing for (https://www.unicode.org/reports/tr44/#Default_Ignorable_Code_Point) or is blank.
 */
export const VISIBLE = "(?![\\p{Default_Ignorable_Code_Point}\\u2800])[\\p{L}\\p{M}\\p{N}\\p{P}\\p{S} ]";
