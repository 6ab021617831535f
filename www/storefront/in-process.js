// @ts-check
/** The embedded storefront without a network: as a `fetch`, as a resolver of MSW, or on a port of loopback. */
import { refuseHalfFakedTimers, registerCheckForClients, refuseStoppedBodies } from "./fake-timers.js";
import { firstHalf, hugeBody } from "./http/faults.js";
import { Listener } from "./http/listener.js";
import { LONGEST_BODY, htmlResponse } from "./http/message.js";
import { respond } from "./http/router.js";
import { toBytes } from "./shop/encoding.js";
import { Shop } from "./shop/shop.js";
import { Storefront } from "./storefront.js";

/** @typedef {import("./shop/settings.js").SettingsPatch} SettingsPatch */
/** @typedef {import("./http/faults.js").Outcome} Outcome */
/** @typedef {NonNullable<Outcome["response"]>} OutcomeResponse */

/**
 * @typedef {object} Options
 * @property {string} [server]         a name of servers/index.js; "oro" by default
 * @property {SettingsPatch} [mode]    settings that only this server has; see its dialect
 * @property {SettingsPatch} [settings]
 * @property {string} [origin]         "https://shop.example" by default
 * @property {() => number} [now]      the shop's clock in milliseconds; the current `Date.now` by default
 */

/** A shop in a process has no pages. */
const NO_PAGES = { serve: async () => htmlResponse(404, "Not Found") };

/** @param {Options} [options] */
export async function createStorefront({ origin = "https://shop.example", ...options } = {}) {
  refuseHalfFakedTimers();
  await refuseStoppedBodies();
  registerCheckForClients();
  return new InProcessStorefront(await Shop.create(options), new URL(origin).origin);
}

export class InProcessStorefront extends Storefront {
  /** @param {Shop} shop @param {string} origin */
  constructor(shop, origin) {
    super(shop, origin);

    /** Serves the requests to `origin`, and rejects those to other origins. @type {typeof globalThis.fetch} */
    this.fetch = async (input, init) => {
      refuseHalfFakedTimers();
      await refuseStoppedBodies();
      const request = new Request(typeof input === "string" ? new URL(input, baseUrl()) : input, init);
      const url = new URL(request.url);
      if (url.origin !== origin) {
        throw new TypeError(`This storefront serves ${origin}, but the request is for ${url.origin}. Set the option origin.`);
      }
      const response = await deliver(shop, request);
      return isRedirect(response) ? this.#redirected(request, response) : response;
    };

    /** For MSW: `http.all(shop.url + "/*", shop.resolver)`. @type {(info: { request: Request }) => Promise<Response>} */
    this.resolver = async ({ request }) => {
      refuseHalfFakedTimers();
      await refuseStoppedBodies();
      return deliver(shop, request).catch((error) => failed(request, error));
    };

    /** Serves the same shop on a port of 127.0.0.1, in Node. 0 is any that is free. */
    this.listen = async (port = 0) => {
      refuseHalfFakedTimers();
      // The listener gives the shop new `pauses`, which hold and delay the requests of `fetch` too.
      const listener = new Listener(shop, /** @type {any} */ (NO_PAGES));
      await listener.open(port);
      return { url: listener.url, close: () => listener.close() };
    };
  }

  /** A 307 repeats the request; a 302 of a POST leads to a GET (RFC 9110 §15.4). @param {Request} request @param {Response} response */
  async #redirected(request, response) {
    if (request.redirect === "error") throw new TypeError("The response is a redirect, which the request does not allow.");
    if (request.redirect === "manual") return response;
    const { method, headers, signal } = request;
    const target = new URL(response.headers.get("Location") ?? "", request.url);
    if (method === "POST" && response.status < 307) return this.fetch(target, { signal });
    const body = ["GET", "HEAD"].includes(method) ? undefined : await request.text();
    return this.fetch(target, { method, headers, body, signal });
  }
}

/** What relative URLs begin with in a page. In an emulated page, the class `Request` is often Node's, which knows no page. */
const baseUrl = () => /** @type {any} */ (globalThis).document?.baseURI;

/** @param {Response} response */
const isRedirect = ({ status, headers }) => status >= 300 && status < 400 && headers.has("Location");

/** @param {Shop} shop @param {Request} request @returns {Promise<Response>} */
async function deliver(shop, request) {
  request.signal.throwIfAborted();
  const aborted = new Promise((_, reject) => {
    request.signal.addEventListener("abort", () => reject(request.signal.reason), { once: true });
  });
  const outcome = respond(shop, /** @type {any} */ (NO_PAGES), messageOf(request));
  return Promise.race([outcome.then((result) => responseOf(shop, result)), aborted]);
}

/** @param {Request} request @returns {import("./http/message.js").Request} */
function messageOf(request) {
  const { host, pathname, search } = new URL(request.url);
  return {
    method: request.method,
    url: pathname + search,
    headers: { host, ...Object.fromEntries(request.headers) },
    text: async () => (await request.clone().text()).slice(0, LONGEST_BODY + 1),
  };
}

/** @param {Shop} shop @param {Outcome} outcome @returns {Promise<Response>} */
async function responseOf(shop, outcome) {
  if (outcome.delivery === "held") {
    await new Promise((resolve) => shop.pauses.hold(() => resolve(undefined)));
    throw connectionEnded();
  }
  if (outcome.delivery === "dropped") throw connectionEnded();
  const { status, headers, body } = outcome.response;
  return new Response(bodies[outcome.delivery](outcome.response, body), { status, headers });
}

/** @type {Record<"whole" | "cut-short" | "huge", (response: OutcomeResponse, body: string | Uint8Array) => BodyInit | null>} */
const bodies = {
  whole: ({ status }, body) => (status === 204 || body === "" ? null : /** @type {BodyInit} */ (body)),
  "cut-short": (response) => streamOf([firstHalf(response).body], connectionEnded()),
  huge: () => streamOf(hugeBody()),
};

/** @param {Iterable<string | Uint8Array>} pieces @param {Error} [error] at the end */
function streamOf(pieces, error) {
  const iterator = pieces[Symbol.iterator]();
  return new ReadableStream({
    pull(controller) {
      const { done, value } = iterator.next();
      if (!done) controller.enqueue(typeof value === "string" ? toBytes(value) : value);
      else if (error) controller.error(error);
      else controller.close();
    },
  });
}

const connectionEnded = () => new TypeError("The connection ended before the response: a fault of the storefront.");

/** The response that MSW turns into a network error. @param {Request} request @param {unknown} error */
function failed(request, error) {
  if (request.signal.aborted) throw error;
  return Response.error();
}
