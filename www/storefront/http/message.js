// @ts-check
/** HTTP requests and responses as plain data. Only listener.js knows Node's. */

/**
 * @typedef {object} Request
 * @property {string} method
 * @property {string} url  path and query
 * @property {Record<string, any>} headers  by lower-case name
 * @property {() => Promise<string>} text  reads the body
 */

/**
 * @typedef {object} Response
 * @property {number} status
 * @property {Record<string, string>} headers
 * @property {string | Uint8Array} body
 */

/** The longest body that the shop reads, in characters. */
export const LONGEST_BODY = 1 << 20;

/** An error that is not OAuth's, as from the framework below Oro: HTML, and no CORS headers. */
export class PlainError extends Error {
  /** @param {number} status @param {string} message */
  constructor(status, message) {
    super(message);
    this.status = status;
  }

  /** @returns {Response} */
  get response() {
    return htmlResponse(this.status, this.message);
  }
}

/** @param {Request} request @returns {Promise<string>} */
export async function readBody(request) {
  const text = await request.text();
  if (text.length > LONGEST_BODY) throw new PlainError(413, "Content Too Large");
  return text;
}

/** @param {Request} request */
export const mediaType = (request) =>
  (request.headers["content-type"] ?? "").split(";")[0].trim().toLowerCase();

/** @param {Request} request @returns {string} the path without the query */
export const pathOf = (request) => request.url.split("?")[0];

/** @param {number} status @param {unknown} value @param {Record<string, string>} [headers] @returns {Response} */
export const jsonResponse = (status, value, headers = {}) => ({
  status,
  headers: { "Content-Type": "application/json", ...headers },
  body: JSON.stringify(value),
});

/** @param {number} status @param {string} title @returns {Response} */
export const htmlResponse = (status, title) => ({
  status,
  headers: { "Content-Type": "text/html; charset=UTF-8" },
  body: `<!doctype html><html><head><title>${title}</title></head><body><h1>${title}</h1></body></html>`,
});

/** @param {number} status @param {Record<string, string>} [headers] @returns {Response} */
export const emptyResponse = (status, headers = {}) => ({ status, headers, body: "" });
