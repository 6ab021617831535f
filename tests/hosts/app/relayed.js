// @ts-check
// The package with the relay between client and token endpoint, both in one process.
import * as client from "storefront-token-client";
import { tokenRelay } from "storefront-token-client/relay";

const PAGE = "https://www.shop.example";

/** @param {{ url: string, relay: { clientId: string, clientSecret: string } }} setting */
export function relayed({ url, relay: { clientId, clientSecret } }) {
  const tokenEndpoint = `${url}/oauth2-token`;
  const relay = tokenRelay({ tokenEndpoint, server: "oro", clientId, clientSecret, allowedOrigins: [PAGE] });

  /** @type {typeof fetch} */
  const fetchThere = (input, init) => {
    const request = new Request(input, init);
    if (request.url !== tokenEndpoint) return fetch(request);
    request.headers.set("origin", PAGE);
    return relay(request);
  };

  class TokenClient extends client.TokenClient {
    /** @param {import("storefront-token-client").TokenClientOptions} options */
    constructor(options) {
      super({ ...options, clientId, fetch: fetchThere });
    }
  }
  return { ...client, TokenClient };
}
