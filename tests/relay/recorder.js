// @ts-check
/** A server that keeps what it was asked, and answers as it is told. */
import { once } from "node:events";
import { createServer } from "node:http";

/** @typedef {{ method: string, url: string, headers: import("node:http").IncomingHttpHeaders, body: string }} Asked */
/** @typedef {(response: import("node:http").ServerResponse, asked: Asked) => void} Answer */

export const TOKENS = { token_type: "Bearer", access_token: "access", refresh_token: "refresh", expires_in: 3600 };

/** @param {number} status @param {unknown} json @param {Record<string, string | string[]>} [headers] @returns {Answer} */
export const answering = (status, json, headers) => (response) =>
  void response
    .writeHead(status, { "content-type": "application/json", ...headers })
    .end(typeof json === "string" ? json : JSON.stringify(json));

/** @param {{ after: (done: () => unknown) => void }} context */
export async function openRecorder(context) {
  /** @type {Asked[]} */
  const asked = [];
  const recorder = { asked, answer: /** @type {Answer} */ (answering(200, TOKENS)), tokenEndpoint: "" };
  const server = createServer(async (incoming, response) => {
    const body = (await incoming.setEncoding("utf8").toArray()).join("");
    const { method = "", url = "", headers } = incoming;
    asked.push({ method, url, headers, body });
    recorder.answer(response, asked[asked.length - 1]);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  context.after(() => new Promise((closed) => server.close(closed).closeAllConnections()));
  const { port } = /** @type {import("node:net").AddressInfo} */ (server.address());
  recorder.tokenEndpoint = `http://127.0.0.1:${port}/oauth2-token`;
  return recorder;
}
