// @ts-check
// The exchange with the server: a new request made of the validated parameters and the client's secret.

import { encodeRequest, readBody } from "../../web/fetch.js";
import { toCallerResponse } from "./caller-response.js";
import { unavailable } from "./relay-error.js";
import { withTimeout } from "./timeout.js";

/** @typedef {import("./parameters.js").Parameter} Parameter */
/** @typedef {import("./options.js").RelayOptions} RelayOptions */

/**
 * Sends the grant to the server. The caller's signal does not abort it: a refresh that the server has received cannot
 * be undone.
 * @param {import("./grant.js").Grant} grant
 * @param {RelayOptions} options
 * @returns {Promise<import("./caller-response.js").CallerResponse>}
 */
export function forward({ url, parameters }, options) {
  const { dialect, timeout } = options;
  const { basic, identity } = clientAuthentication(options);
  const all = [...parameters, ...identity, ...dialect.pairs("parameters")];
  const [headers, body] = encodeRequest(dialect.isJson, dialect.pairs("headers"), all, ...basic);
  // Following a redirect could send the secret to another server.
  const init = { method: "POST", headers, body, redirect: /** @type {const} */ ("manual") };
  return withTimeout(timeout, unavailable(504, "The server did not respond in time."), async (signal) => {
    const [response, json] = await exchange(options.fetch ?? fetch, url, { ...init, signal });
    return toCallerResponse(response, json, secretsOf(options, headers));
  });
}

/**
 * The response and its body. The reason of a failure stays here: it may name the server.
 * @param {typeof globalThis.fetch} send
 * @param {string} url
 * @param {RequestInit} init
 * @returns {Promise<[Response, string]>}
 */
async function exchange(send, url, init) {
  try {
    const response = await send(url, init);
    return [response, await readBody(response)];
  } catch {
    throw unavailable(502, "The relay cannot reach the server.");
  }
}

/** @typedef {[id: string | undefined, secret: string, encoded: boolean]} Basic */

/**
 * Client authentication (RFC 6749 §2.3.1) by the Basic scheme or by parameters, as src/core decides it for a client.
 * @param {RelayOptions} options
 * @returns {{ basic: Basic, identity: Parameter[] }}
 */
function clientAuthentication({ dialect, clientId, clientSecret }) {
  /** @type {Basic} */
  const none = [undefined, "", false];
  if (clientId === undefined || clientSecret === undefined) return { basic: none, identity: [] };
  const method = dialect.value("clientAuthentication");
  const isRaw = method === "client_secret_basic_raw";
  // Servers that do not decode the header disagree on where a secret with a colon begins.
  if (method !== "client_secret_post" && !(isRaw && clientSecret.includes(":")))
    return { basic: [clientId, clientSecret, !isRaw], identity: [] };
  const [id, secret] = [dialect.name("client_id"), dialect.name("client_secret")];
  return { basic: none, identity: [[id, clientId], [secret, clientSecret]] };
}

/**
 * The secret in each encoding in which the request contains it.
 * @param {RelayOptions} options
 * @param {Record<string, string>} headers
 */
function secretsOf({ clientSecret = "" }, { authorization = "" }) {
  const encoded = new URLSearchParams([["", clientSecret]]).toString().slice(1);
  return [clientSecret, encoded, authorization.replace("Basic ", "")];
}
