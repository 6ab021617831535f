// @ts-check
/** Servers that require a client secret, each behind a relay: the page has no secret. */
import { tokenRelay } from "storefront-token-client/relay";
import { clients } from "../../www/storefront/index.js";
import { startMockServer } from "../servers/mock-server.js";
import { mockServers } from "../servers/mock-servers.js";
import { openRelay } from "./relay-server.js";

/** @typedef {import("../servers/mock-server.js").Row} Row */

const named = (/** @type {string} */ name) => /** @type {Row} */ (mockServers.find((row) => row.name === name));

/** At least one server of each dialect. @type {Row[]} */
export const relayedServers = [
  named("RFC 6749 with rotation, and a client secret of any characters"),
  named("OroCommerce 4.1"),
  { ...named("OroCommerce 6.1"), client: clients.confidential },
  named("WSO2 without renewal, and a client secret with a colon"),
  named("WSO2, which fails when two refreshes overlap"),
  named("bshaffer with its default configuration"),
  named("Keycloak, which ends the session when a refresh token is used twice"),
  named("commercetools"),
  named("Veeam, in camel case"),
];

/**
 * Starts a server and a relay. The token endpoint in `options` is the relay's.
 * @param {Row} row
 * @param {string[]} origins  pages of these may use the relay and the API, but not the server's token endpoint
 * @param {(relay: (request: Request) => Promise<Response>) => (request: Request) => Promise<Response>} [around]
 */
export async function startRelayed(row, origins, around = (relay) => relay) {
  const mock = await startMockServer(row, [], origins);
  const { clientSecret, clientId, server, tokenEndpoint } = mock.options;
  const relay = tokenRelay({ tokenEndpoint, server, clientId, clientSecret, allowedOrigins: origins });
  /** @type {(() => unknown)[]} */
  const ends = [mock.close];
  const url = await openRelay({ after: (end) => void ends.unshift(end) }, around(relay));
  return {
    ...mock,
    // The page has no secret.
    supports: { ...mock.supports, clientSecret: false },
    // The API has another origin than the relay.
    options: {
      server,
      clientId,
      tokenEndpoint: url + new URL(tokenEndpoint).pathname,
      allowedOrigins: [new URL(mock.apiUrl).origin],
    },
    close: async () => {
      for (const end of ends) await end();
    },
  };
}
