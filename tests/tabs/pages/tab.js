// @ts-check
// The page of a shop: a client, its events, and the actions of a shopper.
import { TokenClient } from "/client/index.js";

const options = {
  tokenEndpoint: new URL("/oauth2-token", location.href).href,
  server: "oro",
  clientId: "demo_storefront_public_client_00",
  guest: true,
};

/** Makes a client whose events are recorded in `events`. @param {object} [own] */
function makeClient(own) {
  const auth = new TokenClient({ ...options, ...own });
  auth.on("sessionchange", ({ reason }) => events.push(reason));
  auth.on("tokenrefresh", ({ outcome }) => {
    events.push(outcome);
    if (outcome === "refreshed") expiries.push(Number(auth.session?.expiresAt));
  });
  return auth;
}

/** @type {string[]} */
const events = [];
/** When each token expires that this page has got by a refresh: its lifetime after the request. @type {number[]} */
const expiries = [];
const auth = makeClient();

/** @param {string} product */
async function add(product) {
  const response = await auth.fetch("/api/shoppinglistitems", {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ product }),
  });
  return response.status;
}

/** The products on the shopping list. */
async function list() {
  const { data } = await (await auth.fetch("/api/shoppinglists")).json();
  return data.flatMap(({ attributes }) => attributes.items.map((item) => item.attributes.product.id));
}

/** How often each status, or code of an error, came while browsing. @type {Record<string, number>} */
const results = {};
let browsing = false;
let rest = Promise.resolve();

/** Sends requests until stopBrowsing() is called. @param {number} pause  between them, in milliseconds */
function browse(pause) {
  browsing = true;
  rest = (async () => {
    while (browsing) {
      const result = await auth.fetch("/api/products").then(
        ({ status }) => status,
        (error) => error.code ?? error.name,
      );
      results[result] = (results[result] ?? 0) + 1;
      await new Promise((resolve) => setTimeout(resolve, pause));
    }
  })();
}

async function stopBrowsing() {
  browsing = false;
  await rest;
  return results;
}

addEventListener("pageshow", ({ persisted }) => Object.assign(window, { shown: persisted ? "persisted" : "anew" }));
Object.assign(window, { auth, makeClient, events, expiries, add, list, browse, stopBrowsing });
