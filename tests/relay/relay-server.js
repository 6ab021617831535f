// @ts-check
/** A relay served by Node, and the requests of a page. */
import { once } from "node:events";
import { request } from "node:http";
import { pipeline } from "node:stream";
import { serve } from "@hono/node-server";
import { tokenRelay } from "storefront-token-client/relay";

/** @typedef {import("storefront-token-client/relay").TokenRelayOptions} Options */
/**
 * The status is 0 if the host closed the connection before it had received the whole request.
 * @typedef {{ status: number, headers: import("node:http").IncomingHttpHeaders, text: string, json: any }} Received
 */

/** The origin whose pages may use the relay. */
export const PAGE = "https://www.shop.example";

/** The relay's client: the secret is as long as Oro's and has characters that need encoding. */
export const CLIENT = { clientId: "shop:id", clientSecret: 's3cret%41+ü/=&"\\'.padEnd(64, "x") };

/**
 * Serves a relay on loopback until the test ends.
 * @param {{ after: (done: () => unknown) => void }} context
 * @param {Options | ((request: Request) => Promise<Response>)} relay
 */
export async function openRelay(context, relay) {
  const fetch = typeof relay === "function" ? relay : tokenRelay(relay);
  const server = /** @type {import("node:http").Server} */ (serve({ fetch, port: 0, hostname: "127.0.0.1" }));
  await once(server, "listening");
  context.after(() => new Promise((closed) => server.close(closed).closeAllConnections()));
  const { port } = /** @type {import("node:net").AddressInfo} */ (server.address());
  return `http://127.0.0.1:${port}`;
}

/**
 * @typedef {object} SentRequest
 * @property {string} [method]   default: POST
 * @property {string} [path]
 * @property {Record<string, string | string[] | undefined>} [headers]  added to those of a page, or replacing them
 * @property {string | Uint8Array | AsyncIterable<Uint8Array>} [body]   an iterable is sent in chunks of no announced length
 */

/**
 * Sends a request, also one that no browser would send, and returns the response.
 * @param {string} url
 * @param {SentRequest} request
 * @returns {Promise<Received>}
 */
export function send(url, { method = "POST", path = "/oauth2-token", headers = {}, body = "" }) {
  const page = { origin: PAGE, "content-type": "application/x-www-form-urlencoded", ...headers };
  const present = Object.entries(page).filter(([, value]) => value !== undefined);
  return new Promise((resolve, reject) => {
    const outgoing = request(url, {
      method,
      path,
      headers: Object.fromEntries(/** @type {[string, string][]} */ (present)),
    });
    outgoing.on("error", (/** @type {NodeJS.ErrnoException} */ error) => {
      if (["EPIPE", "ECONNRESET"].includes(error.code ?? ""))
        resolve({ status: 0, headers: {}, text: "", json: undefined });
      else reject(error);
    });
    outgoing.on("response", async (incoming) => {
      const text = (await incoming.setEncoding("utf8").toArray()).join("");
      resolve({ status: incoming.statusCode ?? 0, headers: incoming.headers, text, json: parsed(text) });
    });
    write(outgoing, body);
  });
}

/**
 * Writes the body until its end or the end of the connection.
 * @param {import("node:http").ClientRequest} outgoing
 * @param {NonNullable<SentRequest["body"]>} body
 */
function write(outgoing, body) {
  if (typeof body === "string" || body instanceof Uint8Array) outgoing.end(body);
  else pipeline(body, outgoing, () => {});
}

/** @param {string} text */
function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** @param {Record<string, string>} parameters */
export const form = (parameters) => new URLSearchParams(parameters).toString();

export const password = { grant_type: "password", username: "amanda@example.com", password: "pass word&=%+ü" };
export const refresh = { grant_type: "refresh_token", refresh_token: "def50200" };
