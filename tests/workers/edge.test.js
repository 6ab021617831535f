// @ts-check
/** The storefront at the edge (www/edge/worker), in workerd with its Durable Objects on disk, as people and robots use it. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { after, before, beforeEach, suite, test } from "node:test";
import { fileURLToPath } from "node:url";
import { startEdge } from "../../www/edge/start.js";
import { users } from "../../www/storefront/index.js";
import { launchChromium } from "../support/browser.js";

/** @typedef {Awaited<ReturnType<typeof startEdge>>} Edge */
/** @typedef {import("playwright-core").Page} Page */

const { alice } = users;

suite("the storefront at the edge", { timeout: 400_000 }, () => {
  /** @type {Edge} */
  let edge;
  /** @type {import("playwright-core").Browser} */
  let browser;

  before(async () => {
    edge = await startEdge({ settings: { accessLifetime: 3600 } });
    browser = await launchChromium();
  });
  after(async () => {
    await browser?.close();
    await edge?.close();
  });
  beforeEach(() => edge.shop.set({ fault: null }));

  /** @param {import("node:test").TestContext} t @param {import("playwright-core").BrowserContextOptions} [options] */
  async function shopper(t, options = { javaScriptEnabled: false }) {
    const context = await browser.newContext(options);
    t.after(() => context.close());
    const page = await context.newPage();
    await page.goto(edge.url);
    return { page, context };
  }

  test("a browser without JavaScript keeps its guest, and the list follows the sign-in", async (t) => {
    const { page } = await shopper(t);
    const from = edge.shop.log.length;
    await page.getByRole("button", { name: "Add Brass Desk Lamp to your list" }).click();
    await page.getByRole("button", { name: "Add Paper Kite to your list" }).click();
    assert.equal(await who(page), "Guest");
    assert.equal(await total(page), "€104.00");
    await signIn(page, alice.password);
    assert.equal(await who(page), "Alice");
    assert.equal(await total(page), "€104.00");
    const passwords = grants(edge, from).filter(([grant]) => grant === "password");
    assert.deepEqual(passwords.slice(-2), [["password", "issued"], ["password", "issued"]], "of the guest, and of the user");
    await page.getByRole("button", { name: "Take Paper Kite off your list" }).click();
    assert.equal(await total(page), "€89.00");
    await page.getByRole("button", { name: "Sign out" }).click();
    assert.equal(await who(page), "Guest");
    assert.equal(await page.getByText("Nothing yet.").count(), 1);
  });

  test("a wrong password leaves the guest and the list as they were", async (t) => {
    const { page } = await shopper(t);
    await page.getByRole("button", { name: "Add Alpine Honey to your list" }).click();
    await signIn(page, "not it");
    assert.equal(await page.getByRole("heading").textContent(), "The e-mail address or the password is wrong.");
    await page.getByRole("link", { name: "Back to the shop" }).click();
    assert.equal(await total(page), "€12.90");
  });

  test("the browser has only a signed cookie, which no script can read", async (t) => {
    const { page, context } = await shopper(t, {});
    assert.deepEqual(await context.cookies(), []);
    await page.getByRole("button", { name: "Add Paper Kite to your list" }).click();
    await page.locator(".total").waitFor();
    const cookies = await context.cookies();
    assert.equal(cookies.length, 1);
    const [{ name, httpOnly, secure, sameSite, path }] = cookies;
    assert.deepEqual({ name, httpOnly, secure, sameSite, path }, { name: "__Host-session-guest", httpOnly: true, secure: true, sameSite: "Lax", path: "/" });
    assert.equal(await page.evaluate(() => document.cookie + sessionStorage.length + localStorage.length), "00");
    const markup = await page.content();
    for (const { value } of cookies) assert.ok(!markup.includes(value));
    assert.ok(!/eyJ|def50200/.test(markup), "a token of the shop's is in the page");
  });

  test("the list outlives a crash of the runtime", async (t) => {
    const { page } = await shopper(t);
    await page.getByRole("button", { name: "Add Cast Iron Pan to your list" }).click();
    const from = edge.shop.log.length;
    await edge.crash();
    await page.reload();
    assert.equal(await total(page), "€64.00");
    assert.deepEqual(grants(edge, from), []);
  });

  test("twenty requests of one guest, whose token has expired, refresh it once", async () => {
    const cookie = await newGuest(edge);
    edge.shop.expire();
    const from = edge.shop.log.length;
    const pages = await Promise.all(Array.from({ length: 20 }, () => fetch(edge.url, { headers: { cookie } })));
    for (const { status } of pages) assert.equal(status, 200);
    assert.deepEqual(grants(edge, from), [["refresh_token", "issued"]]);
  });

  test("requests that only read create no guest, and set no cookie", async () => {
    await fetch(edge.url);
    const from = edge.shop.log.length;
    const pages = await Promise.all(Array.from({ length: 20 }, () => fetch(edge.url)));
    for (const { status, headers } of pages) assert.deepEqual([status, headers.getSetCookie()], [200, []]);
    assert.deepEqual(grants(edge, from), []);
  });

  test("a sign-in changes the cookie, and the old cookie shows nobody's list", async () => {
    const guest = await newGuest(edge);
    const body = new URLSearchParams({ username: alice.username, password: alice.password });
    const headers = { origin: edge.url, cookie: guest };
    const response = await fetch(`${edge.url}/sign-in`, { method: "POST", headers, body, redirect: "manual" });
    const user = response.headers.getSetCookie()[0].split(";")[0];
    const shown = async (/** @type {string} */ cookie) => (await fetch(edge.url, { headers: { cookie } })).text();
    assert.match(await shown(user), /Alice/);
    assert.doesNotMatch(await shown(guest), /Alice/);
    assert.match(await shown(guest), /Nothing yet/);
  });

  test("an address that creates too many guests is told to wait", async (t) => {
    const limited = await startEdge({ limit: 2 });
    t.after(() => limited.close());
    const statuses = [];
    for (let request = 0; request < 3; request += 1) statuses.push((await add(limited)).status);
    assert.deepEqual(statuses, [303, 303, 429]);
    assert.equal((await fetch(limited.url)).status, 200);
  });

  test("a form of another site changes nothing, and removes nobody's cookie", async () => {
    for (const origin of ["https://evil.example", "null", `${edge.url}.evil.example`, undefined]) {
      const headers = new Headers(origin === undefined ? {} : { origin });
      const body = new URLSearchParams({ product: "1" });
      const response = await fetch(`${edge.url}/add`, { method: "POST", headers, body });
      assert.equal(response.status, 403, origin);
      assert.deepEqual(response.headers.getSetCookie(), [], origin);
    }
    assert.equal((await fetch(`${edge.url}/add`)).status, 405);
    const headers = { origin: edge.url, "content-type": "application/json" };
    assert.equal((await fetch(`${edge.url}/add`, { method: "POST", headers, body: "{}" })).status, 400);
  });

  test("a forged cookie shows nobody's list, and is replaced with the first write", async () => {
    const cookie = await newGuest(edge);
    const forged = cookie.replace(/.$/, (last) => (last === "0" ? "1" : "0"));
    const response = await fetch(edge.url, { headers: { cookie: forged } });
    assert.match(await response.text(), /Nothing yet/);
    const given = await newGuest(edge, forged);
    assert.notEqual(given.split(".")[0], cookie.split(".")[0]);
  });

  test("while the shop's server is down the page says so, and the guest is kept", async () => {
    const cookie = await newGuest(edge);
    edge.shop.expire();
    edge.shop.set({ fault: { kind: "503", on: "token" } });
    const down = await fetch(edge.url, { headers: { cookie } });
    assert.equal(down.status, 503);
    assert.ok(Number(down.headers.get("retry-after")) > 0);
    assert.match(await down.text(), /Your list is kept/);
    edge.shop.set({ fault: null });
    const from = edge.shop.log.length;
    assert.equal((await fetch(edge.url, { headers: { cookie } })).status, 200);
    assert.deepEqual(grants(edge, from), [["refresh_token", "issued"]]);
  });

  test("what people type is text in the page, never markup", async (t) => {
    const { page } = await shopper(t);
    const response = await page.request.post(`${edge.url}/add`, {
      headers: { origin: edge.url },
      form: { product: "<script>alert(1)</script>" },
    });
    assert.equal(response.status(), 502);
    assert.ok(!(await response.text()).includes("<script"));
    assert.match(response.headers()["content-security-policy"], /default-src 'none'/);
  });

  test("a page that has a client of its own uses the relay, and never sees the secret", async (t) => {
    const { page } = await shopper(t, {});
    /** @type {string[]} */
    const seen = [];
    page.on("response", async (response) => seen.push(response.url(), await response.text().catch(() => "")));
    await page.getByRole("link", { name: "A page with a client of its own" }).click();
    await page.getByText("The shop's API: 12 products.").waitFor();
    const from = edge.shop.log.length;
    await page.getByRole("button", { name: "Refresh the token now" }).click();
    await page.getByText("The token: refreshed, through the relay.").waitFor();
    assert.deepEqual(grants(edge, from), [["refresh_token", "issued"]]);
    assert.ok(seen.includes(`${edge.url}/oauth2-token`));
    assert.ok(!seen.join("\n").includes("demo-secret"));
  });

  test("it prints no token, no password and no secret", () => {
    assert.ok(!/eyJ|def50200|demo-(password|secret)/.test(edge.printed()), edge.printed());
  });
});

test("the storefront at the edge uses the package as its types say", () => {
  const tsc = fileURLToPath(new URL("../../node_modules/.bin/tsc", import.meta.url));
  execFileSync(tsc, ["--project", fileURLToPath(new URL("edge.tsconfig.json", import.meta.url))], { stdio: "inherit" });
});

/** @param {Page} page @param {string} password */
async function signIn(page, password) {
  await page.getByLabel("E-mail address").fill(alice.username);
  await page.getByLabel("Password").fill(password);
  await page.getByRole("button", { name: "Sign in" }).click();
}

/** @param {Page} page */
const who = (page) => page.locator(".who").textContent();

/** @param {Page} page */
const total = (page) => page.locator(".total b").textContent();

/** @param {Edge} edge @param {number} from */
const grants = (edge, from) => edge.shop.log.slice(from).map(({ grant, outcome }) => [grant, outcome]);

/** A form of the page, as a robot may send it. @param {Edge} edge @param {string} [cookie] */
function add(edge, cookie = "") {
  const headers = { origin: edge.url, cookie };
  return fetch(`${edge.url}/add`, { method: "POST", headers, body: new URLSearchParams({ product: "1" }), redirect: "manual" });
}

/** @param {Edge} edge @param {string} [cookie] that the request has @returns {Promise<string>} the new cookie */
async function newGuest(edge, cookie) {
  const response = await add(edge, cookie);
  assert.equal(response.status, 303);
  return response.headers.getSetCookie()[0].split(";")[0];
}
