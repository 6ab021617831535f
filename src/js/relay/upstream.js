// @ts-check
// The exchange with the server: a new request made of the validated parameters and the client's secret.

import { encodeRequest, ownConnection, readBody } from "../../web/fetch.js";
import { addressHeader } from "./caller-address.js";
import { toCallerResponse, toRevocationResponse } from "./caller-response.js";
import { unavailable } from "./relay-error.js";
import { secretFinder } from "../../web/secrets.js";
import { withTimeout } from "./timeout.js";

/** @typedef {import("./parameters.js").Parameter} Parameter */
/** @typedef {import("./options.js").RelayOptions} RelayOptions */

/**
 * Sends the grant to the server. The caller's signal does not abort it: a refresh that the server has received cannot
 * be undone.
 * @param {import("./grant.js").Grant} grant
 * @param {import("./caller-address.js").Address | undefined} address
 * @param {RelayOptions} options
 * @returns {Promise<import("./caller-response.js").CallerResponse>}
 */
export function forward({ kind, url, parameters, secrets }, address, options) {
  const { dialect, timeout } = options;
  const { basic, identity } = clientAuthentication(options);
  const [moreHeaders, moreParameters] = [dialect.pairs("headers"), dialect.pairs("parameters")];
  const [headers, body] = encodeRequest(dialect.isJson, moreHeaders, [...parameters, ...identity, ...moreParameters], ...basic);
  const sentHeaders = { ...headers, ...(options.fetch ? {} : ownConnection()), ...addressHeader(address, options) };
  const relaySecrets = [...clientSecrets(options, headers), ...[...moreHeaders, ...moreParameters].map(([, value]) => value)];
  const filter = {
    dialect,
    hasRelaySecret: secretFinder(relaySecrets.filter(isLong)),
    hasSecret: secretFinder([...secrets, options.clientSecret ?? "", ...relaySecrets.filter(isLong)]),
  };
  return withTimeout(timeout, unavailable(504, "The server did not respond in time."), async (signal) => {
    const [response, json] = await send(options.fetch ?? fetch, url, init(sentHeaders, body, signal));
    return (kind === "revocation" ? toRevocationResponse : toCallerResponse)(response, json, filter);
  });
}

/**
 * The prototype is null, so that nothing on `Object.prototype` becomes an option of `fetch`.
 * @param {Record<string, string>} headers
 * @param {string} body
 * @param {AbortSignal} signal
 * @returns {RequestInit}
 */
function init(headers, body, signal) {
  // Following a redirect could send the secret to another server.
  return Object.assign(Object.create(null), { method: "POST", headers, body, redirect: "manual", signal });
}

/**
 * The response and its body. The reason of a failure stays here: it may name the server.
 * @param {typeof globalThis.fetch} fetch
 * @param {string} url
 * @param {RequestInit} init
 * @returns {Promise<[Response, string]>}
 */
async function send(fetch, url, init) {
  try {
    const response = await fetch(url, init);
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
  const isPlain = [clientId, clientSecret].every((text) => /^[\w*.-]*$/.test(text));
  const isBasic = method === "client_secret_basic" || (method === undefined && isPlain);
  // Servers that do not decode the header disagree on where a secret with a colon begins.
  if (isBasic || (isRaw && !clientSecret.includes(":"))) return { basic: [clientId, clientSecret, !isRaw], identity: [] };
  const [id, secret] = [dialect.name("client_id"), dialect.name("client_secret")];
  return { basic: none, identity: [[id, clientId], [secret, clientSecret]] };
}

/**
 * The client secret and the credentials of the Basic scheme.
 * @param {RelayOptions} options
 * @param {Record<string, string>} headers
 */
function clientSecrets({ clientSecret = "" }, { authorization = "" }) {
  return [clientSecret, authorization.replace("Basic ", "")];
}

/** A shorter text may occur anywhere by chance, also in a token. @param {string} secret */
const isLong = ({ length }) => length >= 8;
