// @ts-check
/**
 * A storefront at the edge. The Worker renders its pages, which need no JavaScript. A signed cookie names the session,
 * and a Durable Object keeps the session's tokens. A page with a `TokenClient` of its own sends its grants to
 * `/oauth2-token`, where the relay adds the client's secret.
 */
import { sessionCookie } from "storefront-token-client/cloudflare";
import { tokenRelay } from "storefront-token-client/relay";
import { failurePage, shopPage } from "./pages.js";
import { Shop } from "./shop.js";
import { clientOf } from "./client.js";

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
    if (pathname === "/browser-client.json") return Response.json({ shop: env.SHOP, clientId: env.CLIENT_ID });
    if (pathname === "/" && request.method === "GET") return withShop(request, env, ctx, page);
    const action = Object.hasOwn(ACTIONS, pathname) ? ACTIONS[pathname] : undefined;
    if (!action) return env.ASSETS.fetch(request);
    if (request.method !== "POST") return new Response(null, { status: 405, headers: { Allow: "POST" } });
    // A form on another site is sent without the cookie. The response would set a new one, and the session would be lost.
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
 * Serves a request in its session, and sets the cookie.
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
  // The products first, so that one call creates the guest.
  const products = await shop.products();
  const [list, name] = await Promise.all([shop.list(), shop.customer()]);
  return shopPage({ products, list, name });
}

/** @param {FormData} form @param {string} name */
function text(form, name) {
  const value = form.get(name);
  return typeof value === "string" ? value : "";
}
