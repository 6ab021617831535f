// @ts-check
/** The relay as Node serves it, and what a page asks it. */
import { once } from "node:events";
import { request } from "node:http";
import { pipeline } from "node:stream";
import { serve } from "@hono/node-server";
import { tokenRelay } from "storefront-token-client/relay";

/** @typedef {import("storefront-token-client/relay").TokenRelayOptions} Options */
/**
 * Its status is 0 where the host has closed the connection while something was still to be sent.
 * @typedef {{ status: number, headers: import("node:http").IncomingHttpHeaders, text: string, json: any }} Seen
 */

/** Whose pages may use it. */
export const PAGE = "https://www.shop.example";

/** What the server knows the relay by: as long as Oro's, and with what may need an encoding. */
export const CLIENT = { clientId: "shop:id", clientSecret: 's3cret%41+ü/=&"\\'.padEnd(64, "x") };

/**
 * A relay on loopback, until the test ends.
 * @param {{ after: (done: () => unknown) => void }} context
 * @param {Options | ((request: Request) => Promise<Response>)} relay
 */
export async function open(context, relay) {
  const fetch = typeof relay === "function" ? relay : tokenRelay(relay);
  const server = /** @type {import("node:http").Server} */ (serve({ fetch, port: 0, hostname: "127.0.0.1" }));
  await once(server, "listening");
  context.after(() => new Promise((closed) => server.close(closed).closeAllConnections()));
  const { port } = /** @type {import("node:net").AddressInfo} */ (server.address());
  return `http://127.0.0.1:${port}`;
}

/**
 * @typedef {object} Sent
 * @property {string} [method]   POST
 * @property {string} [path]
 * @property {Record<string, string | string[] | undefined>} [headers]  besides, or in place of, those of a page
 * @property {string | Uint8Array | AsyncIterable<Uint8Array>} [body]   an iterable is sent in chunks
 */

/**
 * What comes back when this is sent, with headers as no browser would write them.
 * @param {string} url
 * @param {Sent} sent
 * @returns {Promise<Seen>}
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
 * Up to its end, or to the end of the connection.
 * @param {import("node:http").ClientRequest} outgoing
 * @param {NonNullable<Sent["body"]>} body
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
