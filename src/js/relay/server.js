// @ts-check
// The exchange with the server: a request made of what was validated and the client's secret, and what is passed on
// of the answer.

import { text, written } from "../../web/fetch.js";
import { inTime } from "./in-time.js";
import { Refusal } from "./refusal.js";

/** @typedef {import("./body.js").Parameter} Parameter */
/** @typedef {import("./grant.js").Grant} Grant */
/** @typedef {import("./settings.js").Settings} Settings */
/** @typedef {import("./refusal.js").Answer} Answer */

/** What else an answer tells a client: how long to wait, and what the times in it are held against. */
const HEADERS = ["content-type", "retry-after", "date"];

/** What is shorter than this may stand in any text. */
const SHORTEST_SECRET = 8;

/**
 * Asks the server. The caller's signal is not passed on: to cut a refresh that has begun would not undo it.
 * @param {Grant} grant
 * @param {Settings} relay
 * @returns {Promise<Answer>}
 */
export function ask({ url, parameters }, relay) {
  const { dialect, timeout } = relay;
  const { basic, identity } = authentication(relay);
  const all = [...parameters, ...identity, ...dialect.pairs("parameters")];
  const [headers, body] = written(dialect.isJson, dialect.pairs("headers"), all, ...basic);
  const secrets = secretsOf(relay, headers);
  const late = new Refusal(504, "temporarily_unavailable", "The server has not answered in time.");
  // A redirect would carry the secret to another place.
  const init = { method: "POST", headers, body, redirect: /** @type {const} */ ("manual") };
  return inTime(timeout, late, async (signal) => {
    const [response, json] = await exchange(relay.fetch ?? fetch, url, { ...init, signal });
    return passedOn(response, json, secrets);
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
    throw new Refusal(502, "temporarily_unavailable", "The server cannot be reached.");
  }
}

/**
 * RFC 6749 §2.3.1: as grant.rs has it.
 * @param {Settings} relay
 * @returns {{ basic: [id: string | undefined, secret: string, encoded: boolean], identity: Parameter[] }}
 */
function authentication({ dialect, clientId, clientSecret }) {
  const none = /** @type {const} */ ([undefined, "", false]);
  if (clientId === undefined || clientSecret === undefined) return { basic: [...none], identity: [] };
  const way = dialect.find("clientAuthentication") ?? "client_secret_basic";
  const isRaw = way === "client_secret_basic_raw";
  // Servers that do not decode do not agree where the secret begins.
  if (way !== "client_secret_post" && !(isRaw && clientSecret.includes(":")))
    return { basic: [clientId, clientSecret, !isRaw], identity: [] };
  return { basic: [...none], identity: [[dialect.name("client_id"), clientId], [dialect.name("client_secret"), clientSecret]] };
}

/**
 * The secret in each way in which a server that shows what it was asked would show it.
 * @param {Settings} relay
 * @param {Record<string, string>} headers
 */
function secretsOf({ clientSecret = "" }, { authorization = "" }) {
  const encoded = new URLSearchParams([["", clientSecret]]).toString().slice(1);
  return [clientSecret, encoded, authorization.replace("Basic ", "")].filter(({ length }) => length >= SHORTEST_SECRET);
}

/**
 * The status, the JSON object as it is written, and few of the headers: no cookies, no `Location`.
 * @param {Response} response
 * @param {string} body
 * @param {string[]} secrets
 * @returns {Answer}
 */
function passedOn({ status, headers }, body, secrets) {
  const passed = HEADERS.flatMap((name) => {
    const value = headers.get(name);
    return value === null ? [] : [[name, value]];
  });
  // To a browser a redirect is 0.
  if (status < 200 || status > 599 || (status >= 300 && status < 400)) throw new Refusal(502, "server_error", "The server redirects, which is not followed.");
  if (isObject(body)) return { status, headers: Object.fromEntries(passed), body: withoutSecrets(body, secrets) };
  const { "retry-after": wait } = Object.fromEntries(passed);
  if (status === 429 || status === 503) throw new Refusal(status, "temporarily_unavailable", "The server asks to wait.", wait ? { "retry-after": wait } : {});
  throw new Refusal(502, "server_error", "The server's answer is no JSON object.");
}

/** @param {string} text */
function isObject(text) {
  try {
    const value = JSON.parse(text);
    return typeof value === "object" && value && !Array.isArray(value);
  } catch {
    return false;
  }
}

/**
 * The JSON as it is written, or without the members in which there is a secret.
 * @param {string} json
 * @param {string[]} secrets
 */
function withoutSecrets(json, secrets) {
  const leaks = (/** @type {unknown} */ value) => typeof value === "string" && secrets.some((secret) => value.includes(secret));
  let found = false;
  const rest = JSON.parse(json, (name, value) => {
    if (!leaks(name) && !leaks(value)) return value;
    found = true;
  });
  return found ? JSON.stringify(rest) : json;
}
