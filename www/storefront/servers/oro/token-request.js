// @ts-check
/** Reads the parameters of a token request from JSON or a form (RFC 6749 §4.3.2 has only the form). */
import { PlainError, mediaType, readBody } from "../../http/message.js";

/** @typedef {import("../../http/message.js").Request} Request */
/** @typedef {Record<string, string>} Parameters */

/** @type {Record<string, (text: string) => Parameters>} */
const readers = {
  "application/json": fromJson,
  "application/x-www-form-urlencoded": (text) => Object.fromEntries(new URLSearchParams(text)),
};

/**
 * A body of another type has no parameters, so it has no grant type.
 *
 * @param {Request} request
 * @returns {Promise<Parameters>}
 */
export async function readParameters(request) {
  const text = await readBody(request);
  const reader = readers[mediaType(request)];
  return reader ? reader(text) : {};
}

/** Members that are not strings count as missing. @param {string} text @returns {Parameters} */
function fromJson(text) {
  const value = text === "" ? {} : parse(text);
  if (typeof value !== "object" || value === null) throw malformed();
  return Object.fromEntries(Object.entries(value).filter(([, member]) => typeof member === "string"));
}

/** @param {string} text */
function parse(text) {
  try {
    return JSON.parse(text);
  } catch {
    throw malformed();
  }
}

const malformed = () => new PlainError(400, "Invalid json message received");
