// @ts-check
/** Reads the body of a token request (RFC 6749 §3.2 and appendix B). */
import { mediaType, readBody } from "../../http/message.js";

/** @typedef {import("../index.js").TokenRequest} TokenRequest */
/** @typedef {import("../index.js").Request} Request */

/** @param {Request} request @returns {Promise<TokenRequest>} */
export async function form(request) {
  const text = await readBody(request);
  return mediaType(request) === "application/x-www-form-urlencoded" ? fromForm(text) : { parameters: null };
}

/** Invalid JSON has no parameters; members that are not strings count as missing. @type {typeof form} */
export async function formOrJson(request) {
  if (mediaType(request) !== "application/json") return form(request);
  try {
    const members = Object.entries(JSON.parse(await readBody(request)));
    return { parameters: Object.fromEntries(members.filter(([, member]) => typeof member === "string")) };
  } catch {
    return { parameters: {} };
  }
}

/** @param {string} text @returns {TokenRequest} */
function fromForm(text) {
  const pairs = [...new URLSearchParams(text)];
  const names = pairs.map(([name]) => name);
  return { parameters: Object.fromEntries(pairs), repeated: names.find((name, at) => names.indexOf(name) !== at) };
}
