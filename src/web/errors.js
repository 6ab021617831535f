// @ts-check
// Makes the error that the core describes.

import { pageAddress, plainText } from "./plain-text.js";
import { withoutUndefined } from "./token-error.js";

/**
 * @param {Pick<import("./front-api.js").FrontApi, "error">} front
 * @param {string} code
 * @param {string} sentence
 * @param {string | undefined} detail
 * @param {boolean} transient
 * @param {number} [status]
 * @param {number} [retryAfter] seconds
 * @param {string} [error] parameters of the server's error response (RFC 6749 §5.2)
 * @param {string} [error_description]
 * @param {string} [error_uri]
 * @param {string} [hint]
 * @param {[name: string, value: string][]} [parameters] the other strings of the response, with `mfa_required`
 * @param {unknown} [cause] the platform's error, if there was no response
 */
export function tokenError(front, code, sentence, detail, transient, status, retryAfter, error, error_description, error_uri, hint, parameters, cause) {
  const plain = (/** @type {string | undefined} */ text) => text && plainText(text);
  const texts = { error: plain(error), error_description: plain(error_description), error_uri: pageAddress(error_uri ?? ""), hint: plain(hint) };
  const details = { transient, status, retryAfter, ...texts };
  const words = code === "client_rejected" && [texts.error, texts.error_description].filter(Boolean).join(", ");
  const message = [sentence, detail || words].filter(Boolean).join(": ");
  const problem = front.error(code, message, withoutUndefined(details), cause);
  // Not enumerable, so that no log shows the parameters: with them, a sign-in may be completed without the password.
  if (parameters) Object.defineProperty(problem, "parameters", { value: Object.freeze(Object.fromEntries(parameters)) });
  return problem;
}
