// @ts-check
/**
 * The shop's port: turns Node's requests into those of message.js, and outcomes into bytes. It imports Node's modules
 * when it opens, so that hosts without them can import this file.
 */
import { firstHalf, hugeBody } from "./faults.js";
import { LONGEST_BODY } from "./message.js";
import { Pauses } from "./pauses.js";
import { respond } from "./router.js";

/** @typedef {import("node:http").IncomingMessage} IncomingMessage */
/** @typedef {import("node:http").ServerResponse} ServerResponse */
/** @typedef {import("../shop/shop.js").Shop} Shop */
/** @typedef {import("./pages.js").Pages} Pages */
/** @typedef {import("./faults.js").Outcome} Outcome */
/** @typedef {import("./message.js").Request} Request */
/** @typedef {import("./message.js").Response} Response */

const HOST = "127.0.0.1";

/** Can be closed and opened again on the same port. */
export class Listener {
  port = 0;

  /** @param {Shop} shop @param {Pages} pages */
  constructor(shop, pages) {
    this.shop = shop;
    this.pages = pages;
    /** @type {import("node:http").Server | null} */
    this.server = null;
  }

  get url() {
    return `http://${HOST}:${this.port}`;
  }

  /** @param {number} port 0: any that is free */
  async open(port) {
    /** @type {typeof import("node:http")} */
    const { createServer } = await importFromNode("node:http");
    this.shop.pauses = new Pauses();
    this.server = createServer((request, response) => this.#handle(request, response));
    this.port = await listen(this.server, port);
  }

  /** @returns {Promise<void>} */
  close() {
    const { server } = this;
    this.shop.pauses.end();
    const closed = new Promise((resolve) => (server ? server.close(() => resolve(undefined)) : resolve(undefined)));
    server?.closeAllConnections();
    return /** @type {Promise<void>} */ (closed);
  }

  /** @param {IncomingMessage} incoming @param {ServerResponse} out */
  async #handle(incoming, out) {
    if (!this.shop.settings.keepAlive) out.shouldKeepAlive = false;
    deliver(await respond(this.shop, this.pages, requestOf(incoming)), out, this.shop.pauses);
  }
}

/** @param {IncomingMessage} incoming @returns {Request} */
const requestOf = (incoming) => ({
  method: incoming.method ?? "GET",
  url: incoming.url ?? "/",
  headers: incoming.headers,
  text: () => readText(incoming),
});

/** Stops collecting above the limit, which readBody refuses. @param {IncomingMessage} incoming */
async function readText(incoming) {
  let text = "";
  for await (const chunk of incoming.setEncoding("utf8")) if (text.length <= LONGEST_BODY) text += chunk;
  return text;
}

/** @param {Outcome} outcome @param {ServerResponse} out @param {Pauses} pauses */
function deliver(outcome, out, pauses) {
  if (out.destroyed) return;
  if (outcome.delivery === "dropped") out.socket?.destroy();
  else if (outcome.delivery === "held") out.once("close", pauses.hold(() => out.destroy()));
  else senders[outcome.delivery](out, outcome.response);
}

const senders = { whole: send, "cut-short": sendFirstHalf, huge: sendHuge };

/** @param {ServerResponse} out @param {Response} response */
function send(out, { status, headers, body }) {
  const length = status === 204 ? {} : { "Content-Length": String(Buffer.byteLength(body)) };
  out.writeHead(status, { ...headers, ...length });
  out.end(body);
}

/** @param {ServerResponse} out @param {Response} response */
function sendFirstHalf(out, response) {
  const length = String(Buffer.byteLength(response.body));
  out.writeHead(response.status, { ...response.headers, "Content-Length": length });
  out.write(firstHalf(response).body, () => out.socket?.destroySoon());
}

/** @param {ServerResponse} out @param {Response} response */
async function sendHuge(out, { status, headers }) {
  /** @type {typeof import("node:stream")} */
  const { Readable } = await importFromNode("node:stream");
  out.writeHead(status, headers);
  const body = Readable.from(hugeBody());
  out.once("close", () => body.destroy());
  body.pipe(out);
}

/** @param {import("node:http").Server} server @param {number} port @returns {Promise<number>} the port it got */
function listen(server, port) {
  return new Promise((resolve, reject) => {
    server.once("error", (error) => reject(explained(error, port)));
    server.listen(port, HOST, () => {
      const address = /** @type {import("node:net").AddressInfo} */ (server.address());
      resolve(address.port);
    });
  });
}

/** @param {NodeJS.ErrnoException} error @param {number} port */
function explained(error, port) {
  if (error.code !== "EADDRINUSE") return error;
  const message = `Port ${port} of ${HOST} is in use. Stop the program that uses it, or choose another port, or 0 for any free one.`;
  return Object.assign(new Error(message, { cause: error }), { code: error.code });
}

/**
 * A module of Node. A bundler that packs the shop into a page does not look for it.
 * @param {"node:http" | "node:stream"} name
 * @returns {Promise<any>}
 */
function importFromNode(name) {
  return import(/* webpackIgnore: true */ /* @vite-ignore */ name);
}
