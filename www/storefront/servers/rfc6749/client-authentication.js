// @ts-check
/** Client authentication with a secret (RFC 6749 §2.3.1), in the header or in the body. */
import { clientById } from "../../fixtures.js";
import { fromBase64 } from "../../shop/encoding.js";

/** @typedef {import("./defaults.js").Call} Call */
/** @typedef {import("../../fixtures.js").Client} Client */
/** @typedef {{ id: string, secret: string }} Pair */

/** The decoded text after "Basic"; null: no such header. @param {string | undefined} authorization */
export function basicText(authorization = "") {
  const [, encoded] = /^basic +(\S+) *$/i.exec(authorization) ?? [];
  return encoded === undefined ? null : fromBase64(encoded);
}

/** Splits at the first colon and decodes neither side. @param {string | undefined} authorization @returns {Pair | null} */
export function rawPair(authorization) {
  const [, id, secret] = /^([^:]*):(.*)$/s.exec(basicText(authorization) ?? "") ?? [];
  return id === undefined ? null : { id, secret };
}

/** @param {Call} call */
export const rawBasic = ({ request }) => rawPair(request.headers.authorization);

/** Form-decodes both sides, as §2.3.1 says. @param {Call} call @returns {Pair | null} */
export function encodedBasic(call) {
  const raw = rawBasic(call);
  return raw && { id: formDecoded(raw.id), secret: formDecoded(raw.secret) };
}

/** @param {string} text */
const formDecoded = (text) => new URLSearchParams(`x=${text.replaceAll("&", "%26")}`).get("x") ?? "";

/** @param {Call} call @returns {Client} */
export function authenticate(call) {
  const { server, parameters } = call;
  const { errors } = server;
  const header = server.readBasic(call);
  if (header && server.authenticatesTwice(parameters)) throw errors.twoClients();
  const id = header?.id ?? parameters.client_id;
  const secret = header?.secret ?? parameters.client_secret;
  if (!id) throw errors.noClient();
  const client = clientById(id);
  if (client?.confidential !== false && !secret) throw errors.noSecret();
  if (!client?.active) throw errors.unknownClient(id);
  if (client.confidential && secret !== client.secret) throw errors.wrongSecret();
  return client;
}
