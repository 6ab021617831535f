// @ts-check
// A shop's page: one client, what it tells, and what a shopper does there.
import { TokenClient } from "/client/index.js";

const options = {
  tokenEndpoint: new URL("/oauth2-token", location.href).href,
  server: "oro",
  clientId: "demo_storefront_public_client_00",
  guest: true,
};

/** A client that tells into `told`. @param {object} [own] */
function makeClient(own) {
  const auth = new TokenClient({ ...options, ...own });
  auth.on("sessionchange", ({ reason }) => told.push(reason));
  auth.on("tokenrefresh", ({ outcome }) => told.push(outcome));
  return auth;
}

/** @type {string[]} */
const told = [];
const auth = makeClient();

/** @param {string} product */
async function add(product) {
  const answer = await auth.fetch("/api/shoppinglistitems", {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ product }),
  });
  return answer.status;
}

/** The products on the list. */
async function list() {
  const { data } = await (await auth.fetch("/api/shoppinglists")).json();
  return data.flatMap(({ attributes }) => attributes.items.map((item) => item.attributes.product.id));
}

/** What was answered to what the shopper asked for: how often each status, or each error's code. @type {Record<string, number>} */
const answers = {};
let browsing = false;
let rest = Promise.resolve();

/** Asks for something every now and then. @param {number} pause milliseconds */
function browse(pause) {
  browsing = true;
  rest = (async () => {
    while (browsing) {
      const answer = await auth.fetch("/api/products").then(
        ({ status }) => status,
        (error) => error.code ?? error.name,
      );
      answers[answer] = (answers[answer] ?? 0) + 1;
      await new Promise((resolve) => setTimeout(resolve, pause));
    }
  })();
}

async function stopBrowsing() {
  browsing = false;
  await rest;
  return answers;
}

addEventListener("pageshow", ({ persisted }) => Object.assign(window, { shown: persisted ? "persisted" : "anew" }));
Object.assign(window, { auth, makeClient, told, add, list, browse, stopBrowsing });
