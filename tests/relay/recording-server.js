// @ts-check
/** A token endpoint that records every request and responds as the test says. */
import { once } from "node:events";
import { createServer } from "node:http";

/** @typedef {{ method: string, url: string, headers: import("node:http").IncomingHttpHeaders, body: string }} RecordedRequest */
/** @typedef {(response: import("node:http").ServerResponse, request: RecordedRequest) => void} Respond */

export const TOKENS = { token_type: "Bearer", access_token: "access", refresh_token: "refresh", expires_in: 3600 };

/** @param {number} status @param {unknown} json @param {Record<string, string | string[]>} [headers] @returns {Respond} */
export const respondWith = (status, json, headers) => (response) =>
  void response
    .writeHead(status, { "content-type": "application/json", ...headers })
    .end(typeof json === "string" ? json : JSON.stringify(json));

/** @param {{ after: (done: () => unknown) => void }} context */
export async function startRecordingServer(context) {
  /** @type {RecordedRequest[]} */
  const requests = [];
  const recording = { requests, respond: /** @type {Respond} */ (respondWith(200, TOKENS)), tokenEndpoint: "" };
  const server = createServer(async (incoming, response) => {
    const body = (await incoming.setEncoding("utf8").toArray()).join("");
    const { method = "", url = "", headers } = incoming;
    const request = { method, url, headers, body };
    requests.push(request);
    recording.respond(response, request);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  context.after(() => new Promise((closed) => server.close(closed).closeAllConnections()));
  const { port } = /** @type {import("node:net").AddressInfo} */ (server.address());
  recording.tokenEndpoint = `http://127.0.0.1:${port}/oauth2-token`;
  return recording;
}
