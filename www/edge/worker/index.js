// @ts-check
/**
 * A storefront at the edge. Its pages are made here and need no JavaScript: a signed cookie names a visitor, and a
 * Durable Object keeps the visitor's tokens. A page that has a `TokenClient` of its own talks to `/oauth2-token`, where
 * the relay adds the client's secret.
 */
import { sessionCookie } from "storefront-token-client/cloudflare";
import { tokenRelay } from "storefront-token-client/relay";
import { failurePage, shopPage } from "./pages.js";
import { Shop } from "./shop.js";
import { clientOf } from "./visitor.js";

export { TokenCoordinator } from "storefront-token-client/cloudflare";

/**
 * @typedef {object} Env
 * @property {string} SHOP           the origin of the shop's server
 * @property {string} CLIENT_ID      of a confidential client
 * @property {string} CLIENT_SECRET
 * @property {string} COOKIE_SECRET
 * @property {any} SESSIONS          the namespace of `TokenCoordinator`
 * @property {{ fetch: typeof fetch }} ASSETS what is in `public`
 */
/** @typedef {{ waitUntil(promise: Promise<unknown>): void }} Context */
/** @typedef {(shop: Shop, form: FormData) => Promise<unknown>} Action */

/** What a form of the page does, by where it is sent. @type {Record<string, Action>} */
const ACTIONS = {
  "/add": (shop, form) => shop.add(text(form, "product")),
  "/remove": (shop, form) => shop.remove(text(form, "item")),
  "/sign-in": (shop, form) => shop.signIn(text(form, "username"), text(form, "password")),
  "/sign-out": (shop) => shop.signOut(),
};

export default {
  /** @param {Request} request @param {Env} env @param {Context} ctx @returns {Promise<Response>} */
  async fetch(request, env, ctx) {
    const { origin, pathname } = new URL(request.url);
    if (pathname === "/oauth2-token") return relay(env, origin)(request);
    if (pathname === "/own.json") return Response.json({ shop: env.SHOP, clientId: env.CLIENT_ID });
    if (pathname === "/" && request.method === "GET") return withShop(request, env, ctx, page);
    const action = Object.hasOwn(ACTIONS, pathname) ? ACTIONS[pathname] : undefined;
    if (!action) return env.ASSETS.fetch(request);
    if (request.method !== "POST") return new Response(null, { status: 405, headers: { Allow: "POST" } });
    // A form of another site comes without the cookie: it would be given a new one, and the visitor would be lost.
    if (request.headers.get("Origin") !== origin) return new Response(null, { status: 403 });
    const form = await request.formData().catch(() => null);
    if (!form) return new Response(null, { status: 400 });
    return withShop(request, env, ctx, async (shop) => {
      await action(shop, form);
      return new Response(null, { status: 303, headers: { Location: "/" } });
    });
  },
};

/** @param {Env} env @param {string} origin */
function relay(env, origin) {
  return tokenRelay({
    tokenEndpoint: new URL("/oauth2-token", env.SHOP),
    server: "oro",
    clientId: env.CLIENT_ID,
    clientSecret: env.CLIENT_SECRET,
    allowedOrigins: [origin],
  });
}

/**
 * Serves a visitor, who has a cookie from then on.
 * @param {Request} request @param {Env} env @param {Context} ctx
 * @param {(shop: Shop) => Promise<Response>} serve
 */
async function withShop(request, env, ctx, serve) {
  const cookie = sessionCookie({ secret: env.COOKIE_SECRET });
  const id = (await cookie.read(request)) ?? cookie.create();
  const client = clientOf(id, env, ctx);
  const shop = new Shop(client, env.SHOP);
  try {
    const response = await serve(shop).catch(failurePage);
    response.headers.append("Set-Cookie", await cookie.header(id));
    return response;
  } finally {
    client.dispose();
  }
}

/** @param {Shop} shop */
async function page(shop) {
  // The products first: a visitor who is new is made once, by whoever asks first.
  const products = await shop.products();
  const [list, name] = await Promise.all([shop.list(), shop.customer()]);
  return shopPage({ products, list, name });
}

/** @param {FormData} form @param {string} name */
function text(form, name) {
  const value = form.get(name);
  return typeof value === "string" ? value : "";
}
