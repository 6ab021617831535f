// @ts-check
/** The servers of docs/guides, each with browsers that have cookies of their own. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";
import { after, test } from "node:test";
import { startStorefront, users } from "../../www/storefront/index.js";
import { listen } from "../support/loopback.js";
import { install } from "../support/package.js";
import { writeGuide } from "./guides.js";
import { Project, here, tool } from "./project.js";

const { username, password } = users.alice;
const { modules, remove } = install();
const folder = mkdtempSync(join(here, ".servers-"));
after(() => {
  remove();
  rmSync(folder, { recursive: true, force: true });
});
process.env.COOKIE_SECRET = "a secret of at least 32 characters";

/** @param {import("node:test").TestContext} t @param {string} guide */
async function projectOf(t, guide) {
  const shop = await startStorefront({ pages: folder });
  const project = new Project(join(folder, guide), modules, shop);
  t.after(async () => {
    await project.end();
    await shop.close();
  });
  writeGuide(project, guide);
  return { shop, project };
}

/** A browser without JavaScript: it keeps cookies. */
class Browser {
  /** @type {Map<string, string>} */
  cookies = new Map();

  /** @param {string} url of the server */
  constructor(url) {
    this.url = url;
  }

  /** @param {string} path @param {Record<string, string>} [form] that it posts */
  async open(path, form) {
    const cookie = Array.from(this.cookies, (pair) => pair.join("=")).join("; ");
    const body = form && new URLSearchParams(form);
    const response = await fetch(this.url + path, { headers: { cookie }, ...(body && { method: "POST", body }) });
    for (const line of response.headers.getSetCookie()) {
      const [, name, value, age] = /^([^=]+)=([^;]*); Max-Age=(\d+)/.exec(line) ?? assert.fail(line);
      if (age === "0") this.cookies.delete(name);
      else this.cookies.set(name, value);
    }
    assert.match(response.headers.get("cache-control") ?? "", /no-store/);
    return response;
  }

  /** Opens a path that has data. As HTML, a name of the API could contain a script. @param {string} path @param {Record<string, string>} [form] */
  async data(path, form) {
    const response = await this.open(path, form);
    assert.match(response.headers.get("content-type") ?? "", /^application\/json\b/, path);
    return { status: response.status, data: await response.json() };
  }

  /** Another browser with the same cookies. */
  copy() {
    const copy = new Browser(this.url);
    copy.cookies = new Map(this.cookies);
    return copy;
  }
}

/** The promises of each server with the routes /lists, /sign-in and /sign-out. @param {string} url @param {import("../../www/storefront/index.js").Storefront} shop */
async function useServer(url, shop) {
  const [anna, ben] = [new Browser(url), new Browser(url)];
  // A shopper keeps the guest, and another one gets another guest.
  for (const browser of [anna, ben, anna]) assert.equal((await browser.data("/lists")).status, 200);
  assert.equal(shop.counts.guests, 2);
  assert.notDeepEqual(anna.cookies, ben.cookies);

  // One refresh serves all requests of a shopper.
  shop.expire();
  const statuses = await Promise.all(Array.from({ length: 20 }, async () => (await anna.copy().open("/lists")).status));
  assert.deepEqual(new Set(statuses), new Set([200]));
  assert.equal(shop.counts.refreshRequests, 1);

  // A wrong password changes nothing. A sign-in gives the session a new id, and the old id is useless.
  const before = anna.copy();
  const refused = { status: 401, data: { code: "invalid_credentials" } };
  assert.deepEqual(await anna.copy().data("/sign-in", { username, password: "wrong" }), refused);
  assert.equal((await anna.data("/sign-in", { username, password })).data.subject, "user");
  assert.notDeepEqual(anna.cookies, before.cookies);
  await before.open("/lists");
  assert.equal(shop.counts.guests, 3, "the old cookie names no session");

  // A sign-out ends the session for everybody who has its cookie.
  const copy = anna.copy();
  assert.equal((await anna.data("/sign-out", {})).data, null);
  assert.equal(anna.cookies.size, 0);
  await copy.open("/lists");
  assert.equal(shop.counts.guests, 4);
}

test("Express serves each shopper with a session of their own", { timeout: 400_000 }, async (t) => {
  const { shop, project } = await projectOf(t, "express");
  const { app } = await import(project.path("server.js"));
  const { url, close } = await listen(createServer(app));
  t.after(close);
  await useServer(url, shop);
});

test("the storage of the guide for Express keeps the contract", { timeout: 400_000 }, async (t) => {
  const { project } = await projectOf(t, "express");
  const env = { ...process.env, NODE_TEST_CONTEXT: undefined };
  const printed = execFileSync(process.execPath, ["--test", project.path("storage.test.js")], { encoding: "utf8", env });
  assert.match(printed, /^# pass 8$/m);
});

test("Nitro serves each shopper with a session of their own", { timeout: 400_000 }, async (t) => {
  const { shop, project } = await projectOf(t, "nuxt");
  await project.run(...tool("nitropack", "build", "--preset", "node-server"));
  const url = await project.start(/(http:\S+)/, "env", "PORT=0", "HOST=127.0.0.1", process.execPath, ".output/server/index.mjs");
  await useServer(url, shop);
});

test("Next.js serves each shopper with a session of their own: in route handlers, in a page, and from its proxy on", { timeout: 400_000 }, async (t) => {
  const { shop, project } = await projectOf(t, "next");
  project.write("next.config.js", `export default { turbopack: { root: ${JSON.stringify(here)} }, outputFileTracingRoot: ${JSON.stringify(here)} };`);
  await project.run(...tool("next", "build", "--turbopack"));
  const url = await project.start(/(http:\S+)/, ...tool("next", "start", "--hostname", "127.0.0.1", "--port", "0"));
  await useServer(url, shop);

  const browser = new Browser(url);
  const page = async (/** @type {string} */ path) => (await browser.open(path)).text();
  const { guests } = shop.counts;
  assert.match(await page("/"), /Hello, (<!-- -->)?stranger/);
  assert.equal(browser.cookies.size, 0);
  assert.match(await page("/cart"), /Hello, (<!-- -->)?guest(<!-- -->)? \((<!-- -->)?200/);
  await browser.open("/sign-in", { username, password });
  assert.match(await page("/cart"), /Hello, (<!-- -->)?user(<!-- -->)? \((<!-- -->)?200/);
  assert.equal(shop.counts.guests, guests + 1);

  // The route handler, the page and the proxy have copies of the package, and one refresh serves them all.
  const { refreshRequests } = shop.counts;
  shop.expire();
  const paths = Array.from({ length: 10 }, () => ["/lists", "/", "/cart"]).flat();
  const responses = await Promise.all(paths.map((path) => browser.copy().open(path)));
  assert.deepEqual(new Set(responses.map(({ status }) => status)), new Set([200]));
  assert.equal(shop.counts.refreshRequests, refreshRequests + 1);
  assert.match(await page("/"), /Hello, (<!-- -->)?user/);
});
