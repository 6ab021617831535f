// @ts-check
/** Which part of the shop a request is for, and how it gets its answer, faults included. */
import { HEADERS, METHODS } from "../shop/api.js";
import { control } from "./control.js";
import { originHeaders, preflight } from "./cors.js";
import { BEFORE, takeFault } from "./fault-settings.js";
import { instead, mangled, plain } from "./faults.js";
import { PlainError, htmlAnswer, pathOf, send } from "./message.js";

/** @typedef {import("../shop/shop.js").Shop} Shop */
/** @typedef {import("../shop/shop.js").LogEntry} LogEntry */
/** @typedef {import("./pages.js").Pages} Pages */
/** @typedef {import("./message.js").Request} Request */
/** @typedef {import("./message.js").Response} Response */
/** @typedef {import("./message.js").Answer} Answer */
/** @typedef {import("./fault-settings.js").Fault} Fault */
/** @typedef {import("./faults.js").Outcome} Outcome */

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
  const { paths, apiPrefixes } = shop.server;
  if (path.startsWith("/_storefront/")) return plain(await control(shop, request));
  if (Object.values(paths).includes(path)) return token(shop, request);
  if (apiPrefixes.some((prefix) => path.startsWith(prefix))) return api(shop, request);
  return plain(await pages.serve(request));
}

/** @param {Shop} shop @param {Request} request @returns {Promise<Outcome>} */
async function token(shop, request) {
  if (request.method === "OPTIONS") {
    shop.counts.preflights += 1;
    return plain(shop.server.preflight(shop, request));
  }
  if (request.method !== "POST") return plain(shop.server.wrongMethod());
  shop.counts.tokenRequests += 1;
  return exchange(shop, request);
}

/** @param {Shop} shop @param {Request} request @returns {Promise<Outcome>} */
async function exchange(shop, request) {
  const { server } = shop;
  /** @type {LogEntry} */
  const entry = { at: shop.now(), grant: null, outcome: "malformed", status: 400 };
  shop.record(entry);
  const sent = await server.read(request);
  Object.assign(entry, server.about(shop, request, sent), { outcome: "unreached", status: null });
  if (entry.grant === "refresh_token") shop.counts.refreshRequests += 1;
  const work = async () => {
    const { answer, facts } = await server.grantToken(shop, request, sent);
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
    const answer = await shop.server.callApi(shop, request);
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
