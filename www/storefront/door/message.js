// @ts-check
/** Requests in, answers out: the little that this shop needs of HTTP. */

/** @typedef {import("node:http").IncomingMessage} Request */
/** @typedef {import("node:http").ServerResponse} Response */

/**
 * @typedef {object} Answer
 * @property {number} status
 * @property {Record<string, string>} headers
 * @property {string | Buffer} body
 */

const MOST = 1 << 20;

/** A request that is answered outside OAuth, as the framework below Oro does: no CORS headers, no JSON. */
export class PlainError extends Error {
  /** @param {number} status @param {string} message */
  constructor(status, message) {
    super(message);
    this.status = status;
  }

  /** @returns {Answer} */
  get answer() {
    return htmlAnswer(this.status, this.message);
  }
}

/** @param {Request} request @returns {Promise<string>} */
export async function readBody(request) {
  const chunks = [];
  let size = 0;
  for await (const chunk of request) {
    size += chunk.length;
    if (size <= MOST) chunks.push(chunk);
  }
  if (size > MOST) throw new PlainError(413, "Content Too Large");
  return Buffer.concat(chunks).toString("utf8");
}

/** @param {Request} request */
export const mediaType = (request) =>
  (request.headers["content-type"] ?? "").split(";")[0].trim().toLowerCase();

/** @param {Request} request @returns {string} the part of the target before any query */
export const pathOf = (request) => (request.url ?? "/").split("?")[0];

/** @param {number} status @param {unknown} value @param {Record<string, string>} [headers] @returns {Answer} */
export const jsonAnswer = (status, value, headers = {}) => ({
  status,
  headers: { "Content-Type": "application/json", ...headers },
  body: JSON.stringify(value),
});

/** @param {number} status @param {string} title @returns {Answer} */
export const htmlAnswer = (status, title) => ({
  status,
  headers: { "Content-Type": "text/html; charset=UTF-8" },
  body: `<!doctype html><html><head><title>${title}</title></head><body><h1>${title}</h1></body></html>`,
});

/** @param {number} status @param {Record<string, string>} [headers] @returns {Answer} */
export const emptyAnswer = (status, headers = {}) => ({ status, headers, body: "" });

/** @param {Response} response @param {Answer} answer */
export function send(response, { status, headers, body }) {
  if (response.destroyed) return;
  const length = status === 204 ? {} : { "Content-Length": String(Buffer.byteLength(body)) };
  response.writeHead(status, { ...headers, ...length });
  response.end(body);
}
