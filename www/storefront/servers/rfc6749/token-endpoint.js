// @ts-check
/** A token endpoint of RFC 6749: the order of its steps is the same for every dialect that builds on it. */
import { originHeaders } from "../../http/cors.js";
import { clientById } from "../../fixtures.js";
import { fingerprint } from "../../shop/fingerprint.js";
import { issuedEntry } from "../log-entry.js";
import { rawPair } from "./client-authentication.js";
import { OAuthError } from "./errors.js";

/** @typedef {import("./defaults.js").Call} Call */
/** @typedef {import("./defaults.js").Issued} Issued */
/** @typedef {import("./defaults.js").Behaviour} Behaviour */
/** @typedef {import("../index.js").Exchange} Exchange */
/** @typedef {import("../index.js").ImitatedServer} ImitatedServer */

/** @param {Behaviour} server @returns {ImitatedServer["grantToken"]} */
export const grantToken = (server) => async (shop, request, { parameters, repeated }) => {
  const { settings } = shop;
  const body = { parameters: parameters ?? {}, repeated, readable: parameters !== null };
  const call = { shop, server, settings, request, ...body };
  const exchange = await exchangeOf(call);
  Object.assign(exchange.response.headers, originHeaders(settings.cors, request));
  return exchange;
};

/** @param {Call} call @returns {Promise<Exchange>} */
async function exchangeOf(call) {
  try {
    return await success(call, await issue(call));
  } catch (error) {
    if (!(error instanceof OAuthError)) throw error;
    call.shop.counts.refused += 1;
    return failure(call, error);
  }
}

/** @param {Call} call */
async function issue(call) {
  const { server } = call;
  server.checkRequest(call);
  const grant = grantOf(call);
  const client = server.authenticate(call);
  if (!server.mayUse(client, grant)) throw server.errors.forbiddenGrant();
  return server.grants[grant](call, client);
}

/** @param {Call} call @returns {string} the grant's name in RFC 6749 */
function grantOf({ server: { names, grantNames, grants, errors }, parameters, settings }) {
  const name = parameters[names.grant];
  if (!name) throw errors.missing(names.grant);
  const grant = Object.hasOwn(grantNames, name) ? grantNames[name] : "";
  const isOff = grant === "refresh_token" && !settings.refreshTokens;
  if (!Object.hasOwn(grants, grant) || isOff) throw errors.unknownGrant(name);
  return grant;
}

/** @param {Call} call @param {Issued} issued @returns {Promise<Exchange>} */
async function success(call, issued) {
  const { server } = call;
  const members = server.members(call, issued).filter(([, text]) => text !== null);
  const body = `{${members.map(([name, text]) => `${JSON.stringify(name)}:${text}`).join(",")}}`;
  const headers = { ...server.responseHeaders(call, issued) };
  return { response: { status: 200, headers, body }, logged: await issuedEntry(issued) };
}

/** @param {Call} call @param {OAuthError} error @returns {Exchange} */
function failure(call, error) {
  const { server } = call;
  const headers = { ...server.errorHeaders(call, error) };
  const body = server.errorBody(call, error);
  const text = typeof body === "string" ? body : JSON.stringify(body);
  const hint = error.hint ? { hint: error.hint } : {};
  return {
    response: { status: error.status, headers, body: text },
    logged: { outcome: "refused", error: error.error, ...hint },
  };
}

/** @param {Behaviour} server @returns {ImitatedServer["describe"]} */
export const describe = ({ names, grantNames }) => async (_shop, request, { parameters }) => {
  const { [names.grant]: grant, [names.refreshToken]: token, client_id: id } = parameters ?? {};
  const client = clientById(rawPair(request.headers.authorization)?.id ?? id ?? "");
  return {
    grant: Object.hasOwn(grantNames, grant) ? grantNames[grant] : null,
    ...(client ? { client: client.name } : {}),
    ...(token ? { refreshTokenHash: await fingerprint(token) } : {}),
  };
};
