// @ts-check
/** An API that encodes its responses, and sends headers that are not for a browser; and a look at what a browser gets. */
import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, request } from "node:http";
import { brotliCompressSync, deflateSync, gzipSync } from "node:zlib";
import { listen } from "./loopback.js";

const text = Buffer.from(JSON.stringify({ lists: ["bread, butter and jam"] }));

/** A frame of one raw block (RFC 8878), since Node 20 has no encoder. @param {Buffer} bytes fewer than 256 */
const zstd = (bytes) => Buffer.concat([Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0x20, bytes.length, (bytes.length << 3) | 1, bytes.length >> 5, 0]), bytes]);

/** The encoder of each content coding. */
const ENCODERS = { gzip: gzipSync, "x-gzip": gzipSync, br: brotliCompressSync, deflate: deflateSync, zstd };

/** The names of the content codings: also an unknown one, and none. */
export const codings = [...Object.keys(ENCODERS), "unknown", ""];

/** The text's bytes in this coding. @param {string} coding @returns {Buffer} */
const encode = (coding) => /** @type {Record<string, (bytes: Buffer) => Buffer>} */ (ENCODERS)[coding]?.(text) ?? text;

/** Its response has the coding that is the query of the request. */
export const startEncodedApi = () =>
  listen(
    createServer(({ url = "" }, response) => {
      const coding = url.split("?")[1] ?? "";
      const body = encode(coding);
      if (coding) response.setHeader("Content-Encoding", coding);
      response.setHeader("Content-Length", body.length).setHeader("Content-Type", "application/json").setHeader("ETag", '"1"');
      response.setHeader("Connection", "close, X-Of-Connection").setHeader("X-Of-Connection", "1").setHeader("Keep-Alive", "timeout=77");
      response.setHeader("CDN-Cache-Control", "max-age=600").setHeader("Surrogate-Control", "max-age=600");
      response.setHeader("Set-Cookie", ["api=1", "__Host-session=the-api-chose-this; Path=/; Secure"]).end(body);
    }),
  );

/**
 * The headers of the response that a browser gets. Fails if they do not describe the bytes.
 *
 * @param {string} url of a server that passes the API's response on
 * @param {string} coding of the API's response
 */
export async function receive(url, coding) {
  const sent = request(`${url}?${coding}`).end();
  const [response] = await once(sent, "response");
  const { headers } = response;
  const bytes = Buffer.concat(await response.toArray());
  const { "content-encoding": received = "", "content-length": length = String(bytes.length) } = headers;
  assert.equal(length, String(bytes.length), coding);
  assert.equal(bytes.toString("latin1"), encode(received).toString("latin1"), `${coding} came as ${received || "no coding"}`);
  return headers;
}

/** Fails if a browser gets what is not for it. @param {import("node:http").IncomingHttpHeaders} headers */
export function assertForBrowser({ etag, "content-type": type, "set-cookie": cookies, "x-of-connection": named, "keep-alive": keepAlive = "", ...more }) {
  assert.deepEqual({ etag, type, cookies, named }, { etag: '"1"', type: "application/json", cookies: undefined, named: undefined });
  const caching = Object.entries(more).filter(([name]) => /cache-control|surrogate/.test(name));
  assert.deepEqual(caching, [["cache-control", "private, no-store"]]);
  assert.doesNotMatch(String(keepAlive), /77/);
}
