// A relay in Deno or Bun. It prints the URLs of its relays as JSON.
import { tokenRelay } from "storefront-token-client/relay";

const LIMITED_KEY = "refresh_token 2001:db8:0:66::/64";

/** @param {(...args: any[]) => Promise<Response>} fetch */
function serve(fetch) {
  const { Deno, Bun } = /** @type {any} */ (globalThis);
  const where = { hostname: "127.0.0.1", port: 0 };
  return Bun ? Bun.serve({ ...where, fetch }).port : Deno.serve({ ...where, onListen() {} }, fetch).addr.port;
}

/** Deno passes the address, Bun passes its server. @param {Request} request @param {any} host */
function callerAddress(request, host) {
  return request.headers.get("x-test-address") ?? host.remoteAddr?.hostname ?? host.requestIP(request).address;
}

const rateLimiter = {
  limit: async (/** @type {{ key: string }} */ { key }) => ({ success: key !== LIMITED_KEY }),
};

const { Deno, process } = /** @type {any} */ (globalThis);
const relays = JSON.parse(Deno ? Deno.args[0] : process.argv[2]);
const ports = Object.entries(relays).map(([name, options]) => [
  name,
  `http://127.0.0.1:${serve(tokenRelay({ ...options, callerAddress, rateLimiter }))}`,
]);
console.log(JSON.stringify(Object.fromEntries(ports)));
