// @ts-check
/** examples/worker in workerd, against the embedded storefront. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { startWorkerd } from "../../www/edge/workerd.js";
import { startStorefront } from "../../www/storefront/index.js";
import { openGatedProxy } from "../workers/fixtures/gated-proxy.js";
import { cargoFolder, repository, toolsPath } from "./cargo.js";

/** The module that `worker-build` generates from the crate's exports. */
const ENTRY = `
import module from "./core.wasm";
import { Shopper, fetch, initSync } from "./shop.js";

initSync({ module });
export { Shopper };
export default { fetch };
`;

const folder = mkdtempSync(join(tmpdir(), "shop-worker-"));
after(() => rmSync(folder, { recursive: true, force: true }));

/** @type {Awaited<ReturnType<typeof startStorefront>>} */
let shop;
/** @type {import("../workers/fixtures/gated-proxy.js").GatedProxy} */
let proxy;
/** @type {Awaited<ReturnType<typeof startWorkerd>>} */
let workerd;

before(async () => {
  const options = ["--dev", "--target", "web", "--no-typescript", "--no-pack", "--out-dir", folder, "--out-name", "shop"];
  const env = { ...process.env, PATH: toolsPath, CARGO_TARGET_DIR: cargoFolder };
  execFileSync("wasm-pack", ["build", "examples/worker", ...options, "--locked"], { cwd: repository, env, stdio: "inherit" });
  // startWorkerd() adds a file of this name.
  copyFileSync(join(folder, "shop_bg.wasm"), join(folder, "core.wasm"));
  const entry = join(folder, "worker.js");
  writeFileSync(entry, ENTRY);
  shop = await startStorefront();
  proxy = await openGatedProxy(new URL(shop.tokenEndpoint).origin);
  const [tokenEndpoint, api] = [shop.tokenEndpoint, shop.apiUrl].map((address) => proxy.url + new URL(address).pathname);
  const vars = { TOKEN_ENDPOINT: tokenEndpoint, CLIENT_ID: shop.clientId, API: api };
  workerd = await startWorkerd({ shop: { entry, vars, objects: { SHOPPERS: "Shopper" }, classes: ["Shopper"] } });
});
after(() => workerd?.remove());
after(() => proxy?.close());
after(() => shop?.close());

/** A browser with one cookie. */
class Browser {
  #cookie = "";

  /** @param {string} path @param {RequestInit} [init] */
  async open(path, init) {
    const response = await fetch(new URL(path, workerd.urls.shop), { ...init, headers: { cookie: this.#cookie } });
    this.#cookie = response.headers.get("set-cookie")?.split(";")[0] ?? "";
    return { status: response.status, text: await response.text() };
  }

  /** @param {string} password */
  signIn(password) {
    return this.open("/sign-in", { method: "POST", body: new URLSearchParams({ username: shop.username, password }) });
  }
}

test("a shopper is a guest, signs in, and goes on shopping after the token has expired", async () => {
  const browser = new Browser();
  assert.equal((await browser.open("/")).text, "nobody");
  assert.match((await browser.open("/account")).text, /guest/);
  assert.equal((await browser.signIn(shop.password)).text, "user");
  shop.expire();
  const { status, text } = await browser.open("/account");
  assert.equal(status, 200, workerd.printed());
  assert.match(text, new RegExp(shop.username));
  assert.equal(shop.counts.refreshes, 1);
  assert.equal((await browser.open("/sign-out", { method: "POST" })).text, "nobody");
});

test("two shoppers have two sessions, and a cookie that somebody made up has none", async () => {
  const [first, second] = [new Browser(), new Browser()];
  await first.signIn(shop.password);
  assert.equal((await first.open("/")).text, "user");
  assert.equal((await second.open("/")).text, "nobody");
  const made = await fetch(workerd.urls.shop, { headers: { cookie: `__Host-shopper=${"0".repeat(64)}` } });
  assert.equal(await made.text(), "nobody");
});

test("a refresh goes on without waitUntil after the browser has closed its connection", async () => {
  const browser = new Browser();
  await browser.signIn(shop.password);
  shop.expire();
  const { refreshes } = shop.counts;
  const call = proxy.nextRequest();
  const leaving = new AbortController();
  const left = assert.rejects(browser.open("/account", { signal: leaving.signal }), { name: "AbortError" });
  await call;
  proxy.shut();
  assert.match((await proxy.nextRequest()).body, /grant_type=refresh_token/);
  leaving.abort();
  await left;
  await proxy.open();
  assert.equal((await browser.open("/account")).status, 200, workerd.printed());
  assert.equal(shop.counts.refreshes, refreshes + 1);
});

test("a wrong password is refused in plain words", async () => {
  assert.deepEqual(await new Browser().signIn("not it"), { status: 403, text: "Wrong user name or password" });
});
