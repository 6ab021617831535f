// @ts-check
// The errors that need no core. All but the last are errors of the core too: tests/docs compares their words.

import { TokenError } from "../web/token-error.js";

const SENTENCES = {
  invalid_option: "Invalid option",
  invalid_argument: "Invalid argument",
  origin_not_allowed: "No token is sent to an origin that is not in allowedOrigins",
  disposed: "The client was disposed of",
  aborted: "The call was aborted",
  timeout: "The call timed out; its request goes on",
  core_unavailable: "The WebAssembly of this package cannot be used",
};

/**
 * @param {keyof typeof SENTENCES} code
 * @param {unknown} [detail]
 * @param {unknown} [cause]
 * @param {boolean} [transient]
 */
export function refusal(code, detail, cause, transient = code === "timeout") {
  const message = detail && typeof detail === "string" ? `${SENTENCES[code]}: ${detail}` : SENTENCES[code];
  return new TokenError(code, message, { transient }, cause);
}

/**
 * What a reader of options.js returns. The string that it throws becomes an error.
 * @template Result
 * @param {"invalid_option" | "invalid_argument"} code
 * @param {() => Result} read
 */
export function checked(code, read) {
  try {
    return read();
  } catch (problem) {
    throw refusal(code, problem);
  }
}
