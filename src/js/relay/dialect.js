// @ts-check
// A server's dialect: the lines that src/core/server/mod.rs describes, read as it reads them.

import presets from "../../core/server/presets.txt";
import { wrong } from "../../web/options.js";

/** Lines by the preset's name, which stands in brackets before them. */
const PRESETS = new Map(presets.split("[").map((preset) => /** @type {[string, string]} */ (preset.split("]"))));

export class Dialect {
  /** @type {string[]} */
  #lines;

  /** @param {string} profile the name of a preset, and lines that outweigh the preset's */
  constructor(profile) {
    const [base, ...own] = profile.split("\n");
    this.#lines = [...own, ...(PRESETS.get(base) ?? wrong("server", "is not known")).split("\n")];
  }

  /** The values of the lines that begin with these words. @param {string} words */
  all(words) {
    const start = `${words} `;
    return this.#lines.filter((line) => line.startsWith(start)).map((line) => line.slice(start.length));
  }

  /** The value that outweighs the others. @param {string} words @returns {string | undefined} */
  find(words) {
    return this.all(words)[0];
  }

  /**
   * The names and values of the lines with this word.
   * @param {"parameters" | "headers"} word
   * @returns {[name: string, value: string][]}
   */
  pairs(word) {
    return this.all(word).map((line) => {
      const at = line.indexOf(" ");
      return [line.slice(0, at), line.slice(at + 1)];
    });
  }

  /** The server's name of a parameter, or of a member of its answer. @param {string} name */
  name(name) {
    return this.find(`names ${name}`) ?? name;
  }

  /**
   * The server's name of a grant. RFC 6749 has none for a visitor's.
   * @param {"password" | "refresh_token" | "guest"} grant
   */
  grantType(grant) {
    return this.find(`grants ${grant}`) ?? (grant === "guest" ? undefined : grant);
  }

  /** Whether parameters are written as a JSON object; else as a form. */
  get isJson() {
    return this.find("body") === "json";
  }
}
