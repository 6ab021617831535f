// @ts-check
/** Finds the part of the shop that a request is for, and applies latency and faults to its response. */
import { HEADERS, METHODS } from "../shop/api.js";
import { control } from "./control.js";
import { originHeaders, preflight } from "./cors.js";
import { BEFORE, takeFault } from "./fault-settings.js";
import { damaged, outcomeInstead, whole } from "./faults.js";
import { PlainError, htmlResponse, pathOf } from "./message.js";

/** @typedef {import("../shop/shop.js").Shop} Shop */
/** @typedef {import("../shop/shop.js").LogEntry} LogEntry */
/** @typedef {import("./pages.js").Pages} Pages */
/** @typedef {import("./message.js").Request} Request */
/** @typedef {import("./message.js").Response} Response */
/** @typedef {import("./fault-settings.js").Fault} Fault */
/** @typedef {import("./faults.js").Outcome} Outcome */

/** @param {Shop} shop @param {Pages} pages @param {Request} request @returns {Promise<Outcome>} */
export async function respond(shop, pages, request) {
  try {
    return await route(shop, pages, request);
  } catch (error) {
    return whole(error instanceof PlainError ? error.response : htmlResponse(500, "Internal Server Error"));
  }
}

/** @param {Shop} shop @param {Pages} pages @param {Request} request @returns {Promise<Outcome>} */
async function route(shop, pages, request) {
  const path = pathOf(request);
  const { paths, apiPrefixes, endpoints = {} } = shop.server;
  if (path.startsWith("/_storefront/")) return whole(await control(shop, request));
  if (Object.hasOwn(endpoints, path)) return whole(await endpoints[path](shop, request));
  if (Object.values(paths).includes(path)) return token(shop, request);
  if (apiPrefixes.some((prefix) => path.startsWith(prefix))) return api(shop, request);
  return whole(await pages.serve(request));
}

/** @param {Shop} shop @param {Request} request @returns {Promise<Outcome>} */
async function token(shop, request) {
  if (request.method === "OPTIONS") {
    shop.counts.preflights += 1;
    return whole(shop.server.preflight(shop, request));
  }
  if (request.method !== "POST") return whole(shop.server.wrongMethod());
  shop.counts.tokenRequests += 1;
  return exchange(shop, request);
}

/** @param {Shop} shop @param {Request} request @returns {Promise<Outcome>} */
async function exchange(shop, request) {
  const { server } = shop;
  /** @type {LogEntry} */
  const entry = { at: shop.now(), grant: null, outcome: "malformed", status: 400 };
  shop.record(entry);
  const body = await server.read(request);
  Object.assign(entry, await server.describe(shop, request, body), { outcome: "unreached", status: null });
  if (entry.grant === "refresh_token") shop.counts.refreshRequests += 1;
  return withFaults(shop, { where: "token", entry }, async () => {
    const { response, logged } = await server.grantToken(shop, request, body);
    Object.assign(entry, logged);
    return response;
  });
}

/** @param {Shop} shop @param {Request} request @returns {Promise<Outcome>} */
async function api(shop, request) {
  const { apiCors } = shop.settings;
  if (request.method === "OPTIONS") {
    shop.counts.preflights += 1;
    return whole(preflight(request, apiCors, { methods: METHODS, headers: HEADERS }));
  }
  shop.counts.apiRequests += 1;
  return withFaults(shop, { where: "api", entry: null }, async () => {
    const response = await shop.server.callApi(shop, request);
    return { ...response, headers: { ...response.headers, ...originHeaders(apiCors, request) } };
  });
}

/**
 * Handles a request after the latency, and with the fault that the settings name.
 *
 * @param {Shop} shop
 * @param {{ where: "token" | "api", entry: LogEntry | null }} request
 * @param {() => Promise<Response>} handle
 * @returns {Promise<Outcome>}
 */
async function withFaults(shop, { where, entry }, handle) {
  const fault = takeFault(shop.settings, where, entry?.grant ?? null);
  if (fault) shop.counts.faults += 1;
  await shop.pauses.pause(shop.settings.latency);
  const outcome = fault ? await faultyOutcome(shop, fault, handle) : whole(await handle());
  if (entry) Object.assign(entry, { status: outcome.response?.status ?? null }, fault ? { fault: fault.kind } : {});
  return outcome;
}

/** @param {Shop} shop @param {Fault} fault @param {() => Promise<Response>} handle @returns {Promise<Outcome>} */
async function faultyOutcome(shop, fault, handle) {
  const outcome = BEFORE.includes(fault.kind) ? outcomeInstead(fault) : damaged(fault, await handle());
  await shop.pauses.pause(fault.delay ?? 0);
  return outcome;
}
