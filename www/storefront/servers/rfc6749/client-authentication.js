// @ts-check
/** Client authentication by password (RFC 6749 section 2.3.1), in the header or in the body. */
import { clientById } from "../../fixtures.js";

/** @typedef {import("./ways.js").Call} Call */
/** @typedef {import("../../fixtures.js").Client} Client */
/** @typedef {{ id: string, secret: string }} Pair */

/** What stands behind "Basic", decoded; null: no such header. @param {string | undefined} authorization */
export function basicText(authorization = "") {
  const [, encoded] = /^basic +(\S+) *$/i.exec(authorization) ?? [];
  return encoded === undefined ? null : Buffer.from(encoded, "base64").toString("utf8");
}

/** Read raw, with the first colon between. @param {string | undefined} authorization @returns {Pair | null} */
export function rawPair(authorization) {
  const [, id, secret] = /^([^:]*):(.*)$/s.exec(basicText(authorization) ?? "") ?? [];
  return id === undefined ? null : { id, secret };
}

/** @param {Call} call */
export const rawBasic = ({ request }) => rawPair(request.headers.authorization);

/** As the RFC has it: both are form-encoded. @param {Call} call @returns {Pair | null} */
export function encodedBasic(call) {
  const raw = rawBasic(call);
  return raw && { id: formDecoded(raw.id), secret: formDecoded(raw.secret) };
}

/** @param {string} text */
const formDecoded = (text) => new URLSearchParams(`x=${text.replaceAll("&", "%26")}`).get("x") ?? "";

/** @param {Call} call @returns {Client} */
export function authenticate(call) {
  const { server, parameters } = call;
  const { refuse } = server;
  const header = server.basic(call);
  if (header && server.doubled(parameters)) throw refuse.twoClients();
  const id = header?.id ?? parameters.client_id;
  const secret = header?.secret ?? parameters.client_secret;
  if (!id) throw refuse.noClient();
  const client = clientById(id);
  if (client?.confidential !== false && !secret) throw refuse.noSecret();
  if (!client?.active) throw refuse.unknownClient(id);
  if (client.confidential && secret !== client.secret) throw refuse.wrongSecret();
  return client;
}
