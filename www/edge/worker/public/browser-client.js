// @ts-check
import { TokenClient } from "storefront-token-client";

const { shop, clientId } = await (await fetch("/browser-client.json")).json();
const auth = new TokenClient({
  tokenEndpoint: new URL("/oauth2-token", location.origin),
  server: "oro",
  clientId,
  guest: true,
  allowedOrigins: [shop],
});

auth.on("sessionchange", ({ reason }) => note(`The session: ${reason}.`));
auth.on("tokenrefresh", ({ outcome }) => note(`The token: ${outcome}, through the relay.`));
find("#refresh").addEventListener("click", () => attempt(() => auth.getAccessToken({ forceRefresh: true })));
await attempt(async () => {
  const { data } = await (await auth.fetch(new URL("/api/products", shop))).json();
  note(`The shop's API: ${data.length} products.`);
});
find(".who").textContent = auth.session?.subject === "user" ? "User" : "Guest";

/** @param {() => Promise<unknown>} what */
async function attempt(what) {
  try {
    await what();
  } catch (error) {
    note(error instanceof Error ? error.message : String(error));
  }
}

/** @param {string} text */
function note(text) {
  const line = document.createElement("li");
  line.textContent = text;
  find("ol").append(line);
}

/** @param {string} selector */
function find(selector) {
  const element = document.querySelector(selector);
  if (!element) throw new Error(`The page has no ${selector}.`);
  return element;
}
