// @ts-check
/** Client authentication (RFC 6749 §2.3.1) of league/oauth2-server: the body overrides Basic, Basic is not decoded. */
import { clientById } from "../../fixtures.js";
import { fromBase64 } from "../../shop/encoding.js";
import { errors } from "./errors.js";

/** @typedef {import("../../fixtures.js").Client} Client */
/** @typedef {import("./versions.js").Version} Version */
/** @typedef {Record<string, string>} Parameters */

/**
 * @param {Parameters} parameters
 * @param {string | undefined} authorization
 * @param {Version} version
 * @returns {Client}
 */
export function authenticate(parameters, authorization, version) {
  const basic = basicCredentials(authorization);
  const id = parameters.client_id ?? basic.id;
  const secret = parameters.client_secret ?? basic.secret;
  if (id === undefined) throw errors.missing("client_id");
  const client = clientById(id);
  if (!client?.active || !client.grants.includes(parameters.grant_type)) throw errors.invalidClient();
  if (!client.apiFeature) throw version.featureOff();
  if (needsSecret(client, version) && secret !== client.secret) throw errors.invalidClient();
  return client;
}

/** @param {Client} client @param {Version} version */
const needsSecret = (client, version) => client.confidential || !version.publicClients;

/** @param {string | undefined} authorization @returns {{ id?: string, secret?: string }} */
function basicCredentials(authorization = "") {
  if (!authorization.startsWith("Basic ")) return {};
  const pair = fromBase64(authorization.slice("Basic ".length)) ?? "";
  const colon = pair.indexOf(":");
  return colon < 0 ? {} : { id: pair.slice(0, colon), secret: pair.slice(colon + 1) };
}
