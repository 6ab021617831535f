// @ts-check
/**
 * A storefront at the edge. The Worker renders its pages, which need no JavaScript. A signed cookie names the session,
 * and a Durable Object keeps the session's tokens. A page with a `TokenClient` of its own sends its grants to
 * `/oauth2-token`, where the relay adds the client's secret.
 */
import { browserSession, sessionCookie } from "storefront-token-client/cloudflare";
import { tokenRelay } from "storefront-token-client/relay";
import { clientOf, sharedClient } from "./client.js";
import { failurePage, limitPage, shopPage } from "./pages.js";
import { Shop } from "./shop.js";

export { TokenCoordinator } from "storefront-token-client/cloudflare";

/**
 * @typedef {object} Env
 * @property {string} SHOP           the origin of the shop's server
 * @property {string} CLIENT_ID      of a confidential client
 * @property {string} CLIENT_SECRET
 * @property {string} COOKIE_SECRET
 * @property {any} SESSIONS          the namespace of `TokenCoordinator`
 * @property {{ limit(options: { key: string }): Promise<{ success: boolean }> }} LIMITER how often an address may sign in or get a guest
 * @property {{ fetch: typeof fetch }} ASSETS what is in `public`
 */
/** @typedef {{ waitUntil(promise: Promise<unknown>): void }} Context */
/** @typedef {import("storefront-token-client").TokenClient} Client */
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
    if (pathname === "/" && request.method === "GET")
      return withClient(request, env, ctx, (client) => page(client, env, ctx));
    const action = Object.hasOwn(ACTIONS, pathname) ? ACTIONS[pathname] : undefined;
    if (!action) return env.ASSETS.fetch(request);
    if (request.method !== "POST") return new Response(null, { status: 405, headers: { Allow: "POST" } });
    // A form on another site is sent without the cookie. The response would set a new one, and the session would be lost.
    if (request.headers.get("Origin") !== origin) return new Response(null, { status: 403 });
    const form = await request.formData().catch(() => null);
    if (!form) return new Response(null, { status: 400 });
    return withClient(request, env, ctx, async (client) => {
      if ((await beginsSession(client, pathname)) && !(await isAllowed(request, env))) return limitPage();
      await action(new Shop(client, env.SHOP), form);
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
    rateLimiter: { limit: (options) => env.LIMITER.limit(options) },
    callerAddress: addressOf,
  });
}

/**
 * Serves a request in its browser's session.
 * @param {Request} request @param {Env} env @param {Context} ctx
 * @param {(client: Client) => Promise<Response>} serve
 */
async function withClient(request, env, ctx, serve) {
  const cookie = sessionCookie({ secret: env.COOKIE_SECRET });
  const session = await browserSession(request, { cookie, objects: env.SESSIONS });
  const client = clientOf(session.storage, env, ctx);
  try {
    return await session.respond(await serve(client).catch(failurePage));
  } finally {
    client.dispose();
  }
}

/** Whether the request needs a password grant: a sign-in, or a write of a browser that has no session yet. @param {Client} client @param {string} pathname */
async function beginsSession(client, pathname) {
  return pathname === "/sign-in" || (await client.getSession()) === null;
}

/** @param {Request} request @param {Env} env */
async function isAllowed(request, { LIMITER }) {
  return (await LIMITER.limit({ key: addressOf(request) })).success;
}

/** On your machine, workerd sends no address. @param {Request} request */
const addressOf = (request) => request.headers.get("CF-Connecting-IP") ?? "127.0.0.1";

/** A browser without a session sees the products and an empty list: for that, no guest is created. @param {Client} client @param {Env} env @param {Context} ctx */
async function page(client, env, ctx) {
  if ((await client.getSession()) === null) {
    const shared = sharedClient(env, ctx);
    const products = await new Shop(shared, env.SHOP).products().finally(() => shared.dispose());
    return shopPage({ products, list: { items: [], total: 0 }, name: null });
  }
  const shop = new Shop(client, env.SHOP);
  const [products, list, name] = await Promise.all([shop.products(), shop.list(), shop.customer()]);
  return shopPage({ products, list, name });
}

/** @param {FormData} form @param {string} name */
function text(form, name) {
  const value = form.get(name);
  return typeof value === "string" ? value : "";
}
