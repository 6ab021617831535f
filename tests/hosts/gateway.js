// @ts-check
/** One origin for the shop and for a host that serves its pages itself: what stands before both in production. */
import { createServer, request as ask } from "node:http";
import { pipeline } from "node:stream";
import { listen } from "../support/loopback.js";

const OF_THE_SHOP = /^\/(oauth2-token|api\/|_storefront\/)/;

/**
 * @param {string} shop
 * @param {string} host
 * @returns {Promise<{ url: string, close: () => void }>}
 */
export async function openGateway(shop, host) {
  const server = createServer((request, response) => {
    const { method, headers, url = "/" } = request;
    // A browser that loses a connection which it has used before sends the request again by itself.
    response.shouldKeepAlive = false;
    const onward = ask(new URL(url, OF_THE_SHOP.test(url) ? shop : host), { method, headers }, (answer) => {
      const { connection, "keep-alive": time, ...rest } = answer.headers;
      response.writeHead(answer.statusCode ?? 502, rest);
      pipeline(answer, response, () => {});
    });
    onward.on("error", () => response.destroy());
    pipeline(request, onward, () => {});
  });
  return listen(server);
}
