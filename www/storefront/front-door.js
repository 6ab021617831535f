// @ts-check
/** Which part of the shop a request is for, and how it gets its answer, faults included. */
import { HEADERS, METHODS, callApi } from "./api.js";
import { control } from "./control.js";
import { originHeaders, preflight } from "./cors.js";
import { BEFORE, takeFault } from "./fault-settings.js";
import { instead, mangled, plain } from "./faults.js";
import { PlainError, htmlAnswer, pathOf, send } from "./message.js";
import { aboutRequest, grantToken } from "./token-endpoint.js";
import { readParameters } from "./token-request.js";

/** @typedef {import("./shop.js").Shop} Shop */
/** @typedef {import("./shop.js").LogEntry} LogEntry */
/** @typedef {import("./pages.js").Pages} Pages */
/** @typedef {import("./message.js").Request} Request */
/** @typedef {import("./message.js").Response} Response */
/** @typedef {import("./message.js").Answer} Answer */
/** @typedef {import("./fault-settings.js").Fault} Fault */
/** @typedef {import("./faults.js").Outcome} Outcome */

export const TOKEN_PATH = "/oauth2-token";

const GRANTS = ["password", "refresh_token"];

/** @param {Shop} shop @param {Pages} pages */
export const frontDoor = (shop, pages) => async (/** @type {Request} */ request, /** @type {Response} */ response) => {
  if (!shop.settings.keepAlive) response.shouldKeepAlive = false;
  const outcome = await answered(shop, pages, request);
  outcome.deliver(response);
};

/** @param {Shop} shop @param {Pages} pages @param {Request} request @returns {Promise<Outcome>} */
async function answered(shop, pages, request) {
  try {
    return await attend(shop, pages, request);
  } catch (error) {
    return plain(error instanceof PlainError ? error.answer : htmlAnswer(500, "Internal Server Error"));
  }
}

/** @param {Shop} shop @param {Pages} pages @param {Request} request @returns {Promise<Outcome>} */
async function attend(shop, pages, request) {
  const path = pathOf(request);
  if (path === TOKEN_PATH) return token(shop, request);
  if (path.startsWith("/api/")) return api(shop, request);
  if (path.startsWith("/_storefront/")) return plain(await control(shop, request));
  return plain(await pages.serve(request));
}

/** @param {Shop} shop @param {Request} request @returns {Promise<Outcome>} */
async function token(shop, request) {
  if (request.method === "OPTIONS") {
    shop.counts.preflights += 1;
    const allowed = { methods: "OPTIONS, POST", headers: shop.profile.preflightHeaders };
    return plain(preflight(request, shop.settings.cors, allowed));
  }
  if (request.method !== "POST") throw new PlainError(405, "Method Not Allowed");
  shop.counts.tokenRequests += 1;
  return exchange(shop, request);
}

/** @param {Shop} shop @param {Request} request @returns {Promise<Outcome>} */
async function exchange(shop, request) {
  /** @type {LogEntry} */
  const entry = { at: shop.now(), grant: null, outcome: "malformed", status: 400 };
  shop.record(entry);
  const parameters = await readParameters(request);
  entry.grant = GRANTS.find((grant) => grant === parameters.grant_type) ?? null;
  Object.assign(entry, aboutRequest(parameters), { outcome: "unreached", status: null });
  if (entry.grant === "refresh_token") shop.counts.refreshRequests += 1;
  const work = async () => {
    const { answer, facts } = await grantToken(shop, request, parameters);
    Object.assign(entry, facts);
    return answer;
  };
  return suffer(shop, { where: "token", entry }, work);
}

/** @param {Shop} shop @param {Request} request @returns {Promise<Outcome>} */
async function api(shop, request) {
  const { apiCors } = shop.settings;
  if (request.method === "OPTIONS") {
    shop.counts.preflights += 1;
    return plain(preflight(request, apiCors, { methods: METHODS, headers: HEADERS }));
  }
  shop.counts.apiRequests += 1;
  return suffer(shop, { where: "api", entry: null }, async () => {
    const answer = await callApi(shop, request);
    return { ...answer, headers: { ...answer.headers, ...originHeaders(apiCors, request) } };
  });
}

/**
 * Does the work, late and with a fault where the settings say so.
 *
 * @param {Shop} shop
 * @param {{ where: "token" | "api", entry: LogEntry | null }} request
 * @param {() => Promise<Answer>} work
 * @returns {Promise<Outcome>}
 */
async function suffer(shop, { where, entry }, work) {
  const fault = takeFault(shop.settings, where, entry?.grant ?? null);
  if (fault) shop.counts.faults += 1;
  await shop.pauses.pause(shop.settings.latency);
  const outcome = fault ? await spoilt(shop, fault, work) : plain(await work());
  if (entry) Object.assign(entry, { status: outcome.status }, fault ? { fault: fault.kind } : {});
  return outcome;
}

/** @param {Shop} shop @param {Fault} fault @param {() => Promise<Answer>} work @returns {Promise<Outcome>} */
async function spoilt(shop, fault, work) {
  const outcome = BEFORE.includes(fault.kind) ? instead(fault, shop.pauses) : mangled(fault, await work());
  await shop.pauses.pause(fault.delay ?? 0);
  return outcome;
}
