// @ts-check
/** Servers of two origins that record what they receive: a shop with a token endpoint, and any other. */
import { createServer } from "node:http";
import { listen } from "./loopback.js";

/**
 * @typedef {{ method: string, path: string, headers: import("node:http").IncomingHttpHeaders, body: string }} Received
 * @typedef {{ status?: number, headers?: Record<string, string>, body?: string }} Responded
 */

/**
 * @param {(request: Received) => Responded} respond
 * @returns {Promise<{ url: string, received: Received[], close: () => void }>}
 */
export async function recordingServer(respond) {
  /** @type {Received[]} */
  const received = [];
  const server = createServer(async (request, response) => {
    let body = "";
    for await (const chunk of request) body += chunk;
    const { method = "", url: path = "", headers } = request;
    const all = { method, path, headers, body };
    received.push(all);
    const { status = 200, headers: sent = {}, body: text = "" } = respond(all);
    response.writeHead(status, sent).end(text);
  });
  return { received, ...(await listen(server)) };
}

/**
 * A shop whose token endpoint is at /token and grants every request: access-1, access-2, ...
 * @param {(request: Received) => Responded} respond to all other requests
 */
export async function recordingShop(respond) {
  let issued = 0;
  const shop = await recordingServer((request) => {
    if (request.path !== "/token") return respond(request);
    issued++;
    const tokens = { token_type: "Bearer", access_token: `access-${issued}`, refresh_token: `refresh-${issued}` };
    return { headers: { "content-type": "application/json" }, body: JSON.stringify({ ...tokens, expires_in: 3600 }) };
  });
  const calls = () => shop.received.filter(({ path }) => path !== "/token");
  const grants = () => shop.received.filter(({ path }) => path === "/token");
  return { ...shop, tokenEndpoint: `${shop.url}/token`, calls, grants };
}
