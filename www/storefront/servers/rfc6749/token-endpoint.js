// @ts-check
/** A token endpoint as RFC 6749 has it: the order of its steps, the same for all that differ in the ways only. */
import { originHeaders } from "../../door/cors.js";
import { clientById } from "../../fixtures.js";
import { fingerprint } from "../../shop/fingerprint.js";
import { factsOf } from "../facts.js";
import { rawPair } from "./client-authentication.js";
import { Refusal } from "./refusals.js";

/** @typedef {import("./ways.js").Call} Call */
/** @typedef {import("./ways.js").Issued} Issued */
/** @typedef {import("./ways.js").Ways} Ways */
/** @typedef {import("../index.js").Verdict} Verdict */
/** @typedef {import("../index.js").Dialect} Dialect */

/** @param {Ways} server @returns {Dialect["grantToken"]} */
export const grantToken = (server) => async (shop, request, { parameters, repeated }) => {
  const { settings } = shop;
  const body = { parameters: parameters ?? {}, repeated, readable: parameters !== null };
  const call = { shop, server, settings, request, ...body };
  const verdict = await judge(call);
  Object.assign(verdict.answer.headers, originHeaders(settings.cors, request));
  return verdict;
};

/** @param {Call} call @returns {Promise<Verdict>} */
async function judge(call) {
  try {
    return success(call, await issued(call));
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    call.shop.counts.refused += 1;
    return refusal(call, error);
  }
}

/** @param {Call} call */
async function issued(call) {
  const { server } = call;
  server.inspect(call);
  const grant = grantOf(call);
  const client = server.authenticate(call);
  if (!server.permits(client, grant)) throw server.refuse.forbiddenGrant();
  return server.grants[grant](call, client);
}

/** @param {Call} call @returns {string} as RFC 6749 names it */
function grantOf({ server: { names, grantNames, grants, refuse }, parameters, settings }) {
  const asked = parameters[names.grant];
  if (!asked) throw refuse.missing(names.grant);
  const grant = Object.hasOwn(grantNames, asked) ? grantNames[asked] : "";
  const off = grant === "refresh_token" && !settings.refreshTokens;
  if (!Object.hasOwn(grants, grant) || off) throw refuse.unknownGrant(asked);
  return grant;
}

/** @param {Call} call @param {Issued} tokens @returns {Verdict} */
function success(call, tokens) {
  const { server } = call;
  const present = server.members(call, tokens).filter(([, text]) => text !== null);
  const body = `{${present.map(([name, text]) => `${JSON.stringify(name)}:${text}`).join(",")}}`;
  return { answer: { status: 200, headers: { ...server.successHeaders(call, tokens) }, body }, facts: factsOf(tokens) };
}

/** @param {Call} call @param {Refusal} refused @returns {Verdict} */
function refusal(call, refused) {
  const { server } = call;
  const headers = { ...server.refusalHeaders(call, refused) };
  const body = JSON.stringify(server.refusalBody(call, refused));
  return { answer: { status: refused.status, headers, body }, facts: { outcome: "refused", error: refused.error } };
}

/** @param {Ways} server @returns {Dialect["about"]} */
export const about = ({ names, grantNames }) => (_shop, request, { parameters }) => {
  const { [names.grant]: grant, [names.refreshToken]: token, client_id: id } = parameters ?? {};
  const client = clientById(rawPair(request.headers.authorization)?.id ?? id ?? "");
  return {
    grant: Object.hasOwn(grantNames, grant) ? grantNames[grant] : null,
    ...(client ? { client: client.name } : {}),
    ...(token ? { refreshTokenHash: fingerprint(token) } : {}),
  };
};
