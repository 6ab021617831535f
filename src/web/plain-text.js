// @ts-check
// Texts of a server that a page or a log may show, in the characters of RFC 6749 §5.2.

/** Characters. Nobody reads a longer text. */
const LONGEST_TEXT = 300;

/**
 * The beginning of a text, without characters that RFC 6749 §5.2 excludes.
 * @param {string} text
 */
export function plainText(text) {
  const characters = Array.from(text.slice(0, LONGEST_TEXT * 2)).slice(0, LONGEST_TEXT);
  return characters.join("").replaceAll('"', "'").replace(/[\0-\x1f\x7f-\x9f]/g, " ").replace(/[^ !#-[\]-~]/gu, "?");
}

/**
 * The address of a web page, or undefined for any other text.
 * @param {string} text
 */
export const pageAddress = (text) => (text.length <= LONGEST_TEXT && /^https?:\/\/[!#-[\]-~]+$/.test(text) ? text : undefined);
