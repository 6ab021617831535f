// @ts-check
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { clients } from "../../www/storefront/index.js";
import { chromiumSuite } from "../support/chromium-suite.js";
import { NAME } from "../support/package.js";
import { servePages } from "../support/pages.js";

// The worker makes the client when it starts; the client does nothing until a token is needed.
const WORKER = `
import { TokenClient } from "/modules/${NAME}/dist/index.js";

let exchange;
const auth = new TokenClient({
  tokenEndpoint: new URL("/oauth2-token", location.href),
  server: "oro",
  clientId: "${clients.storefront.id}",
  guest: true,
  fetch: (input, init) => {
    if (init.body) exchange = { cache: init.cache, credentials: init.credentials };
    return fetch(input, init);
  },
});

const listen = (target) => target.addEventListener("message", async ({ data, ports: [port] }) => {
  const token = await auth.getAccessToken(data);
  const { status } = await auth.fetch("/api/shoppinglists");
  port.postMessage({ token, status, subject: auth.session.subject, lacks: auth.lacks, exchange });
});
addEventListener("connect", ({ ports: [port] }) => (listen(port), port.start()));
listen(globalThis);
`;

const PAGE = "<!doctype html><title>Shop</title>";
const served = await servePages({ "index.html": PAGE, "worker.js": WORKER });
const { shop } = served;

describe("in a worker of Chromium", { timeout: 400_000 }, () => {
  const { open } = chromiumSuite(served);

  // A shared worker and a service worker live longer than a page, and have no storage that lives as long.
  const LACKS = { dedicated: [], shared: ["storage"], service: ["storage"] };

  for (const kind of /** @type {const} */ (["dedicated", "shared", "service"]))
    test(`(${kind}) creates one guest, and refreshes when a call needs a new token`, async () => {
      const page = await open();
      const worker = await page.evaluateHandle(start, kind);
      /** @param {object} [options] */
      const ask = (options = {}) => worker.evaluate(askWorker, options);

      shop.set({ accessLifetime: 2 });
      const [first, same] = await Promise.all([ask(), ask()]);
      assert.deepEqual([first.status, first.subject, first.lacks, same.token], [200, "guest", LACKS[kind], first.token]);
      assert.deepEqual(first.exchange, { cache: "no-store", credentials: "omit" });
      shop.expire();
      const second = await ask({ forceRefresh: true });
      assert.notEqual(second.token, first.token);
      assert.equal(second.status, 200);
      const { guests, refreshes, refused } = shop.counts;
      assert.deepEqual({ guests, refreshes, refused }, { guests: 1, refreshes: 1, refused: 0 });
    });
});

/** @param {"dedicated" | "shared" | "service"} kind @returns {Promise<Pick<Worker, "postMessage">>} */
async function start(kind) {
  if (kind === "shared") return new SharedWorker("/worker.js", { type: "module" }).port;
  if (kind === "dedicated") return new Worker("/worker.js", { type: "module" });
  await navigator.serviceWorker.register("/worker.js", { type: "module" });
  const { active } = await navigator.serviceWorker.ready;
  return /** @type {ServiceWorker} */ (active);
}

/** @param {Pick<Worker, "postMessage">} worker @param {object} options @returns {Promise<any>} */
function askWorker(worker, options) {
  const { port1, port2 } = new MessageChannel();
  return new Promise((resolve) => {
    port1.onmessage = ({ data }) => resolve(data);
    worker.postMessage(options, [port2]);
  });
}
