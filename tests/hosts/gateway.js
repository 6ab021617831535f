// @ts-check
/** A proxy that gives one origin to the shop and to a host with a server of its own, as in production. */
import { createServer, request as send } from "node:http";
import { pipeline } from "node:stream";
import { listen } from "../support/loopback.js";

const SHOP_PATHS = /^\/(oauth2-token|api\/|_storefront\/)/;

/**
 * @param {string} shop
 * @param {string} host
 * @returns {Promise<{ url: string, close: () => void }>}
 */
export async function openGateway(shop, host) {
  const server = createServer((request, response) => {
    const { method, headers, url = "/" } = request;
    // Browsers repeat a request by themselves when a reused connection is lost; the faults of the shop lose connections.
    response.shouldKeepAlive = false;
    const onward = send(new URL(url, SHOP_PATHS.test(url) ? shop : host), { method, headers }, (reply) => {
      const { connection, "keep-alive": time, ...rest } = reply.headers;
      response.writeHead(reply.statusCode ?? 502, rest);
      pipeline(reply, response, () => {});
    });
    onward.on("error", () => response.destroy());
    pipeline(request, onward, () => {});
  });
  return listen(server);
}
