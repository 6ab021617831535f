// The shop in a process of its own: the embedded storefront, which serves the bundles too, compressed by Brotli. It has
// one more path than the storefront, since Supabase's client speaks GoTrue's dialect.
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { brotliCompressSync } from "node:zlib";
import { Listener } from "../www/storefront/http/listener.js";
import { htmlResponse, jsonResponse, pathOf } from "../www/storefront/http/message.js";
import { respond } from "../www/storefront/http/router.js";
import { Shop } from "../www/storefront/shop/shop.js";
import { Storefront } from "../www/storefront/storefront.js";
import { answer } from "./children.js";

const PAGE = "<!doctype html><meta charset=utf-8><title>Bench</title>";

const [folder] = process.argv.slice(2);
const files = new Map();

const pages = {
  async serve(request) {
    const path = pathOf(request);
    if (path === "/") return html(PAGE);
    if (path.startsWith("/gotrue/token")) return gotrue(request);
    const file = join(folder, path);
    if (!files.has(path)) files.set(path, existsSync(file) ? compressed(file) : htmlResponse(404, "Not Found"));
    return files.get(path);
  },
};

const html = (body) => ({ status: 200, headers: { "Content-Type": "text/html" }, body });

function compressed(file) {
  const headers = { "Content-Type": "text/javascript", "Content-Encoding": "br", "Cache-Control": "no-store" };
  return { status: 200, headers, body: brotliCompressSync(readFileSync(file)) };
}

async function gotrue(request) {
  const { searchParams } = new URL(request.url, shop.url);
  const grant_type = searchParams.get("grant_type");
  const { email, password, refresh_token } = JSON.parse(await request.text());
  const parameters = grant_type === "password" ? { username: email, password } : { refresh_token };
  const body = new URLSearchParams({ grant_type, client_id: shop.clientId, ...parameters });
  const headers = { "content-type": "application/x-www-form-urlencoded" };
  const form = { method: "POST", url: new URL(shop.tokenEndpoint).pathname, headers, text: async () => body.toString() };
  const { response } = await respond(state, pages, form);
  return jsonResponse(response.status, { ...JSON.parse(response.body), user: { id: "1", email } });
}

const state = await Shop.create({ settings: { keepAlive: true } });
const listener = new Listener(state, pages);
await listener.open(0);
const shop = new Storefront(state, listener.url);

answer({
  place: () => {
    const { tokenEndpoint, clientId, username, password } = shop;
    return { tokenEndpoint, clientId, user: { username, password } };
  },
  counts: () => ({ ...shop.counts }),
});
