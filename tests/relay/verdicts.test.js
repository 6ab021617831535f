// @ts-check
/** A client behind the relay takes the server's errors as it would take them from the server itself. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { TokenClient } from "storefront-token-client";
import { tokenRelay } from "storefront-token-client/relay";
import { rejection } from "../support/assertions.js";
import { TOKENS } from "./recording-server.js";
import { PAGE } from "./relay-server.js";

const SERVER = "https://server.example/token";
const CLIENT = { clientId: "shop", clientSecret: "s3cret-s3cret" };
const USER = { username: "amanda", password: "pass word" };

const text = (/** @type {number} */ status, /** @type {string} */ body) => () =>
  new Response(body, { status, headers: { "content-type": "text/plain" } });
const json = (/** @type {number} */ status, /** @type {unknown} */ body) => () => Response.json(body, { status });

const ownRules = {
  errors: {
    account_locked: { status: 403, body: "Locked" },
    mfa_required: { status: 401, body: "Enter the code" },
    server_unavailable: { status: 400, body: "Maintenance" },
    invalid_credentials: { code: 50126 },
  },
};

/** @type {[server: any, name: string, respond: () => Response][]} */
const responses = [
  ["oauth2orize", "401 Unauthorized", text(401, "Unauthorized")],
  ["glewlwyd", "400 without a body", text(400, "")],
  ["glewlwyd", "403 without a body", text(403, "")],
  [ownRules, "403 Locked", text(403, "Locked")],
  [ownRules, "401 Enter the code", text(401, "Enter the code")],
  [ownRules, "400 Maintenance", text(400, "Maintenance")],
  [ownRules, "400 with the number of a rule", json(400, { error: "access_denied", code: 50126 })],
  [ownRules, "400 with another number", json(400, { error: "access_denied", code: 50127 })],
  [{ errors: { login_required: { status: 401, code: null } } }, "401 with a number where the rule has none", json(401, { code: 7 })],
  ["oauth2", "invalid_grant", json(400, { error: "invalid_grant" })],
  ["oauth2", "invalid_client", json(401, { error: "invalid_client" })],
  ["oauth2", "mfa_required", json(403, { error: "mfa_required", mfa_token: "m" })],
  ["oauth2", "server_error with 400", json(400, { error: "server_error" })],
  ["oro", "a locked account", json(401, { error: "invalid_grant", hint: "Account is locked." })],
  ["keycloak", "a disabled account", json(400, { error: "invalid_grant", error_description: "Account disabled" })],
];

/**
 * The codes that a client concludes from a response to a refresh and to a sign-in.
 * @param {any} server
 * @param {() => Response} respond
 * @param {(fetch: typeof globalThis.fetch) => any} between what stands between the client and the server
 */
async function outcomes(server, respond, between) {
  const outcome = async (/** @type {(auth: TokenClient) => Promise<unknown>} */ call) => {
    let refuses = false;
    const serve = async () => (refuses ? respond() : Response.json(TOKENS));
    const auth = new TokenClient({ tokenEndpoint: SERVER, server, ...CLIENT, timeout: 500, ...between(serve) });
    await auth.signIn(USER);
    refuses = true;
    const { code, status, transient } = await rejection(call(auth));
    const hasSession = auth.session !== null;
    auth.dispose();
    return { code, status, transient, hasSession };
  };
  return [await outcome((auth) => auth.getAccessToken({ forceRefresh: true })), await outcome((auth) => auth.signIn(USER))];
}

describe("a client concludes the same with and without the relay from", () => {
  for (const [server, name, respond] of responses)
    test(`${name}, of ${typeof server === "string" ? server : "a profile of its own"}`, async () => {
      const direct = await outcomes(server, respond, (fetch) => ({ fetch }));
      const relayed = await outcomes(server, respond, (fetch) => {
        const relay = tokenRelay({ tokenEndpoint: SERVER, server, ...CLIENT, allowedOrigins: [PAGE], fetch });
        const page = async (/** @type {any} */ url, /** @type {any} */ { signal, ...init }) => {
          const { authorization: _, ...headers } = init.headers;
          const body = new URLSearchParams(init.body);
          body.delete("client_secret");
          return relay(new Request(url, { ...init, body, headers: { ...headers, origin: PAGE } }));
        };
        return { fetch: page };
      });
      assert.deepEqual(relayed, direct);
    });
});
