// Relays in Deno or Bun. It is given their options and the source of `callerAddress`, and prints their URLs as JSON.
import { tokenRelay } from "storefront-token-client/relay";

const { Deno, Bun, process } = /** @type {any} */ (globalThis);
const [options, source] = Deno ? Deno.args : process.argv.slice(2);
const hostAddress = new Function(`return ${source};`)();

/** The keys that are above their limit. */
const LIMITED = ["refresh_token 2001:db8:0:66::/64", "guest 127.0.0.1"];

const limit = {
  rateLimiter: {
    limit: async (/** @type {{ key: string }} */ { key }) => ({ success: !LIMITED.includes(key) }),
  },
  callerAddress: (/** @type {Request} */ request, /** @type {any} */ host) =>
    request.headers.get("x-test-address") ?? hostAddress(request, host),
};

/** @param {(...args: any[]) => Promise<Response>} fetch */
function serve(fetch) {
  const address = { hostname: "127.0.0.1", port: 0 };
  return Bun ? Bun.serve({ ...address, fetch }).port : Deno.serve({ ...address, onListen() {} }, fetch).addr.port;
}

const urls = Object.entries(JSON.parse(options)).map(([name, each]) => [
  name,
  `http://127.0.0.1:${serve(tokenRelay({ ...each, ...limit }))}`,
]);
console.log(JSON.stringify(Object.fromEntries(urls)));
