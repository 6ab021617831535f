// @ts-check
// A server's dialect, read from the lines whose grammar src/core/server/mod.rs describes.

import presets from "../../core/server/presets.txt";
import { invalid } from "../../web/validation.js";

/** The lines of each preset by its name, which stands in brackets before them. */
const PRESETS = new Map(presets.slice(1).split("[").map((preset) => /** @type {[string, string]} */ (preset.split("]"))));

export class Dialect {
  /** @type {string[]} */
  #lines;

  /** @param {string} profile the name of a preset, followed by lines that take precedence over the preset's */
  constructor(profile) {
    const [base, ...own] = profile.split("\n");
    const preset = PRESETS.get(base) ?? invalid("server", `must be one of ${[...PRESETS.keys()]}`);
    this.#lines = [...own, ...preset.split("\n")];
  }

  /** The values of all lines that begin with these words. @param {string} words */
  values(words) {
    const start = `${words} `;
    return this.#lines.filter((line) => line.startsWith(start)).map((line) => line.slice(start.length));
  }

  /** The value that takes precedence. @param {string} words @returns {string | undefined} */
  value(words) {
    return this.values(words)[0];
  }

  /**
   * The names and values of the lines that begin with this word.
   * @param {"parameters" | "headers"} word
   * @returns {[name: string, value: string][]}
   */
  pairs(word) {
    return this.values(word).map((line) => {
      const at = line.indexOf(" ");
      return [line.slice(0, at), line.slice(at + 1)];
    });
  }

  /** The server's name for a parameter of a request. The relay uses it in its own responses too. @param {string} name */
  name(name) {
    return this.value(`names ${name}`) ?? name;
  }

  /** All names that a member of a response may have. @param {string} name */
  names(name) {
    return [name, ...this.values(`names ${name}`)];
  }

  /**
   * The server's value of `grant_type`. RFC 6749 defines none that creates a guest.
   * @param {"password" | "refresh_token" | "guest"} grant
   */
  grantType(grant) {
    return this.value(`grants ${grant}`) ?? (grant === "guest" ? undefined : grant);
  }

  /** Whether parameters are sent as a JSON object instead of a form. */
  get isJson() {
    return this.value("body") === "json";
  }
}
