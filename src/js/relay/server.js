// @ts-check
// The exchange with the server: a request made of what was validated and of the client's secret.

import { text, written } from "../../web/fetch.js";
import { passedOn } from "./answer.js";
import { inTime } from "./in-time.js";
import { unavailable } from "./refusal.js";

/** @typedef {import("./body.js").Parameter} Parameter */
/** @typedef {import("./settings.js").Settings} Settings */

/**
 * Asks the server. The caller's signal is not passed on: to cut a refresh that has begun would not undo it.
 * @param {import("./grant.js").Grant} grant
 * @param {Settings} relay
 * @returns {Promise<import("./refusal.js").Answer>}
 */
export function ask({ url, parameters }, relay) {
  const { dialect, timeout } = relay;
  const { basic, identity } = authentication(relay);
  const all = [...parameters, ...identity, ...dialect.pairs("parameters")];
  const [headers, body] = written(dialect.isJson, dialect.pairs("headers"), all, ...basic);
  // A redirect would carry the secret to another place.
  const init = { method: "POST", headers, body, redirect: /** @type {const} */ ("manual") };
  return inTime(timeout, unavailable(504, "The server has not answered in time."), async (signal) => {
    const [response, json] = await exchange(relay.fetch ?? fetch, url, { ...init, signal });
    return passedOn(response, json, secretsOf(relay, headers));
  });
}

/**
 * The answer and its body. Why there is none is not told: it may name the server.
 * @param {typeof globalThis.fetch} send
 * @param {string} url
 * @param {RequestInit} init
 * @returns {Promise<[Response, string]>}
 */
async function exchange(send, url, init) {
  try {
    const response = await send(url, init);
    return [response, await text(response)];
  } catch {
    throw unavailable(502, "The server cannot be reached.");
  }
}

/** @typedef {[id: string | undefined, secret: string, encoded: boolean]} Basic */

/**
 * RFC 6749 §2.3.1, as grant.rs has it: by the Basic scheme, or as parameters.
 * @param {Settings} relay
 * @returns {{ basic: Basic, identity: Parameter[] }}
 */
function authentication({ dialect, clientId, clientSecret }) {
  /** @type {Basic} */
  const none = [undefined, "", false];
  if (clientId === undefined || clientSecret === undefined) return { basic: none, identity: [] };
  const way = dialect.find("clientAuthentication");
  const isRaw = way === "client_secret_basic_raw";
  // Servers that do not decode do not agree where the secret begins.
  if (way !== "client_secret_post" && !(isRaw && clientSecret.includes(":")))
    return { basic: [clientId, clientSecret, !isRaw], identity: [] };
  const [id, secret] = [dialect.name("client_id"), dialect.name("client_secret")];
  return { basic: none, identity: [[id, clientId], [secret, clientSecret]] };
}

/**
 * The secret in each way in which it is written.
 * @param {Settings} relay
 * @param {Record<string, string>} headers
 */
function secretsOf({ clientSecret = "" }, { authorization = "" }) {
  const encoded = new URLSearchParams([["", clientSecret]]).toString().slice(1);
  return [clientSecret, encoded, authorization.replace("Basic ", "")];
}
