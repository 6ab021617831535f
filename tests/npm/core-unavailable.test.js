// @ts-check
/** Calls in a page whose core cannot be loaded, or is late. */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { describe, test } from "node:test";
import { promisify } from "node:util";
import { clients } from "../../www/storefront/index.js";
import { chromiumSuite } from "../support/chromium-suite.js";
import { install, NAME } from "../support/package.js";
import { servePages } from "../support/pages.js";

const policy = (/** @type {string} */ sources) => `<!doctype html><meta http-equiv="Content-Security-Policy" content="script-src ${sources}">`;

const served = await servePages({ "index.html": "<!doctype html>", "no-wasm.html": policy("'self' 'unsafe-inline'") });
const options = { tokenEndpoint: served.shop.tokenEndpoint, server: "oro", clientId: clients.storefront.id, guest: true };
const PART = /\/core-\w+\.js/;

/** @typedef {import("playwright-core").Page} Page */

/** Makes the page's client. @param {Page} page @param {"index" | "slim"} entry @param {object} [more] options */
const make = (page, entry, more) =>
  page.evaluate(makeHere, /** @type {const} */ ([`/modules/${NAME}/dist/${entry}.js`, { ...options, ...more }]));

/** @param {readonly [address: string, options: object]} given */
async function makeHere([address, options]) {
  const { TokenClient } = await import(address);
  window["auth"] = new TokenClient(options);
}

/** A token, or the error's code, whether it is transient, and its message. @param {Page} page @returns {Promise<any>} */
const token = (page) =>
  page.evaluate(() => window["auth"].getAccessToken().catch(({ code, transient, message, name }) => ({ code, transient, message, name })));

describe("in a page whose core", { timeout: 400_000 }, () => {
  const { open } = chromiumSuite(served);

  for (const entry of /** @type {const} */ (["index", "slim"]))
    test(`is forbidden by the page's policy, calls say which source is missing (${entry})`, async () => {
      const page = await open("/no-wasm.html");
      await make(page, entry);
      const error = await token(page);
      assert.deepEqual([error.name, error.code, error.transient], ["TokenError", "core_unavailable", false]);
      assert.match(error.message, /script-src 'wasm-unsafe-eval'/);
    });

  test("is forbidden by the page's policy, the status is nobody, so that the page shows its form and the sign-in says why", async () => {
    const page = await open("/no-wasm.html");
    await make(page, "slim");
    const [statuses, code] = await page.evaluate(async (address) => {
      const { sessionStatusStore } = await import(address);
      const { auth } = /** @type {any} */ (window);
      /** @type {string[]} */
      const statuses = [];
      await new Promise((resolve) => sessionStatusStore(auth).subscribe((/** @type {string} */ status) => statuses.push(status) === 2 && resolve(null)));
      const code = await auth.signIn({ username: "anna", password: "secret" }).catch((/** @type {any} */ error) => error.code);
      return [statuses, code];
    }, `/modules/${NAME}/dist/svelte.js`);
    assert.deepEqual([statuses, code], [["unknown", "nobody"], "core_unavailable"]);
  });

  const failures = {
    "is gone, and the server says so": { status: 404, contentType: "text/html", body: "<p>Not found" },
    "is gone, and the server sends the shop's page instead": { status: 200, contentType: "text/html", body: "<p>The shop" },
    "is behind a server that fails": { status: 503, body: "" },
    "cannot be reached": undefined,
  };
  for (const [what, response] of Object.entries(failures))
    test(`${what}, a call is rejected, and the next one tries again`, async () => {
      const page = await open();
      await page.route(PART, (route) => (response ? route.fulfill(response) : route.abort()));
      await make(page, "slim");
      const error = await token(page);
      assert.deepEqual([error.name, error.code, error.transient], ["TokenError", "core_unavailable", true]);
      await page.unroute(PART);
      assert.equal(typeof (await token(page)), "string");
    });

  const OCCASIONS = {
    "the page is online again": () => dispatchEvent(new Event("online")),
    "the shopper comes back": () => document.dispatchEvent(new Event("visibilitychange")),
  };
  for (const [what, happen] of Object.entries(OCCASIONS))
    test(`cannot be reached when the page is idle, it is loaded without a call once ${what}`, async () => {
      const page = await open();
      // The clock stands still, so that no timer brings the core.
      await page.clock.install();
      await page.clock.pauseAt(Date.now() + 60_000);
      await failToLoadWhenIdle(page, () => page.clock.runFor(1000));
      let isLoaded = false;
      const loaded = page.waitForResponse(PART).then(() => (isLoaded = true));
      // The page learns of the failure a little later than this test.
      while (!isLoaded) await Promise.all([page.evaluate(happen), new Promise((resolve) => setTimeout(resolve, 20))]);
      await loaded;
    });

  test("cannot be reached when the page is idle, it is loaded without a call some time later", async () => {
    const page = await open();
    const loaded = page.waitForResponse(PART);
    await failToLoadWhenIdle(page);
    await loaded;
  });

  test("cannot be reached at first, a subscriber learns the status of the session once the core comes", async () => {
    const page = await open();
    await page.route(PART, (route) => route.abort());
    await make(page, "slim");
    const code = await page.evaluate(async (address) => {
      const { sessionStatusStore } = await import(address);
      const { auth } = /** @type {any} */ (window);
      /** @type {string[]} */
      const told = [];
      Object.assign(window, { told });
      sessionStatusStore(auth).subscribe((/** @type {string} */ status) => told.push(status));
      return auth.getSession().catch((/** @type {any} */ error) => error.code);
    }, `/modules/${NAME}/dist/svelte.js`);
    assert.equal(code, "core_unavailable");
    await page.unroute(PART);
    // Nothing asks for the session again: the page loads the core by itself.
    await page.waitForFunction(() => window["told"].at(-1) === "nobody");
    assert.deepEqual([...new Set(await page.evaluate(() => window["told"]))], ["unknown", "nobody"]);
  });

  /** @param {Page} page @param {() => Promise<void>} [wait] has the page become idle */
  async function failToLoadWhenIdle(page, wait) {
    await page.route(PART, (route) => route.abort());
    const failed = page.waitForEvent("requestfailed", (request) => PART.test(request.url()));
    await make(page, "slim");
    await page.evaluate(() => window["auth"].session);
    await wait?.();
    await failed;
    await page.unroute(PART);
  }

  test("cannot be reached, a stored token that is still valid is given out all the same", async () => {
    const page = await open();
    await make(page, "slim");
    const stored = await token(page);
    await page.route(PART, (route) => route.abort());
    await page.reload();
    await make(page, "slim");
    assert.equal(await token(page), stored);
    assert.equal(await page.evaluate(() => window["auth"].session.subject), "guest");
  });

  test("cannot be reached, a sign-out takes effect in the client at once, and in the storage once the core comes", async () => {
    const page = await open();
    await make(page, "slim");
    await token(page);
    await page.route(PART, (route) => route.abort());
    await page.reload();
    await make(page, "slim");
    const codes = await page.evaluate(async () => {
      const { auth } = /** @type {any} */ (window);
      const code = await auth.signOut().catch((/** @type {any} */ error) => error.code);
      return [code, auth.session, await auth.getAccessToken().catch((/** @type {any} */ error) => error.code)];
    });
    assert.deepEqual(codes, ["core_unavailable", null, "core_unavailable"]);
    await page.unroute(PART);
    assert.deepEqual(await page.evaluate(() => window["auth"].getSession()), null);
    assert.equal(await page.evaluate(() => sessionStorage.length), 0);
  });

  test("cannot be reached, a sign-out is told to what shows the session at once, and to the other listeners once the core comes", async () => {
    const page = await open();
    await make(page, "slim");
    await token(page);
    await page.route(PART, (route) => route.abort());
    await page.reload();
    await make(page, "slim");
    const told = await page.evaluate(async (address) => {
      const { sessionStatusStore } = await import(address);
      const { auth } = /** @type {any} */ (window);
      /** @type {string[]} */
      const statuses = [];
      /** @type {string[]} */
      const reasons = [];
      Object.assign(window, { reasons });
      auth.on("sessionchange", (/** @type {any} */ { reason }) => reasons.push(reason));
      sessionStatusStore(auth).subscribe((/** @type {string} */ status) => statuses.push(status));
      await auth.getSession();
      await auth.signOut().catch((/** @type {any} */ error) => statuses.push(error.code));
      return statuses;
    }, `/modules/${NAME}/dist/svelte.js`);
    assert.deepEqual([...new Set(told)], ["guest", "nobody", "core_unavailable"]);
    await page.unroute(PART);
    await page.waitForFunction(() => window["reasons"].at(-1) === "signed-out");
  });

  test("cannot be reached, a sign-out outlives the page: the next page gives no token out, and its core completes the sign-out", async () => {
    const page = await open();
    const revocation = { revocationEndpoint: new URL("/revoke", options.tokenEndpoint).href };
    await page.route(revocation.revocationEndpoint, (route) => route.fulfill());
    await make(page, "slim", revocation);
    await token(page);
    await page.route(PART, (route) => route.abort());
    await page.reload();
    await make(page, "slim", revocation);
    assert.equal(await page.evaluate(() => window["auth"].signOut().catch((/** @type {any} */ { code }) => code)), "core_unavailable");
    await page.reload();
    await make(page, "slim", revocation);
    assert.deepEqual([await page.evaluate(() => window["auth"].session), (await token(page)).code], [null, "core_unavailable"]);
    const revoked = page.waitForRequest(revocation.revocationEndpoint);
    await page.unroute(PART);
    assert.equal(await page.evaluate(() => window["auth"].getSession()), null);
    assert.match((await revoked).postData() ?? "", /token_type_hint=refresh_token/);
    assert.equal(await page.evaluate(() => sessionStorage.length), 0);
  });

  test("is late, a sign-out in another tab ends the shown session at once, and the event follows when the core is there", async () => {
    const page = await open();
    await make(page, "slim");
    await token(page);
    const other = await open();
    await make(other, "slim");
    await token(other);
    await page.route(PART, (route) => route.abort());
    await page.reload();
    await make(page, "slim");
    const shown = await page.evaluate(() => {
      const { auth } = /** @type {any} */ (window);
      window["changes"] = new Promise((resolve) => auth.on("sessionchange", resolve));
      return auth.session;
    });
    await other.evaluate(() => window["auth"].signOut());
    await page.waitForFunction(() => window["auth"].session === null);
    await page.unroute(PART);
    const change = await page.evaluate(async () => {
      // A call brings the core.
      await window["auth"].getSession();
      const { reason, previous, session } = await window["changes"];
      return { reason, previous, session };
    });
    assert.deepEqual(change, { reason: "signed-out-elsewhere", previous: shown, session: null });
  });

  test("is late, a call ends with its timeout, with its signal, or with the disposal of its client", async () => {
    const page = await open();
    await page.route(PART, () => {});
    await make(page, "slim", { timeout: 50 });
    assert.equal((await token(page)).code, "timeout");
    await make(page, "slim");
    const codes = await page.evaluate(async () => {
      const { auth } = /** @type {any} */ (window);
      const controller = new AbortController();
      const calls = [auth.getAccessToken({ signal: controller.signal }), auth.signIn({ username: "a", password: "b" }), auth.getSession()];
      const ended = Promise.all(calls.map((call) => call.catch((/** @type {any} */ { code }) => code)));
      controller.abort();
      await new Promise((resolve) => setTimeout(resolve));
      auth.dispose();
      return ended;
    });
    assert.deepEqual(codes, ["aborted", "disposed", "disposed"]);
  });

  test("is late, calls are made in their order once it comes, and the listeners get the events", async () => {
    const page = await open();
    /** @type {() => void} */
    let arrive = () => {};
    const arrived = new Promise((resolve) => (arrive = () => resolve(undefined)));
    await page.route(PART, (route) => arrived.then(() => route.continue()));
    await make(page, "slim");
    const requested = page.waitForRequest(PART);
    const result = page.evaluate(async () => {
      const { auth } = /** @type {any} */ (window);
      /** @type {string[]} */
      const reasons = [];
      auth.on("sessionchange", (/** @type {any} */ { reason }) => reasons.push(reason));
      const calls = [auth.getAccessToken(), auth.signOut(), auth.getSession()];
      const settled = await Promise.allSettled(calls);
      await auth.getAccessToken();
      return [settled.map(({ value, reason }) => reason?.code ?? value ?? null), reasons];
    });
    await requested;
    arrive();
    assert.deepEqual(await result, [["signed_out", null, null], ["guest-created"]]);
  });
});

test("without WebAssembly, as in Lockdown Mode, a call says so", async (t) => {
  const { project, remove } = install();
  t.after(remove);
  const script = `
    import { TokenClient } from "${NAME}";
    const call = new TokenClient(${JSON.stringify(options)}).getAccessToken();
    await call.catch(({ name, code, transient, message }) => console.log(JSON.stringify([name, code, transient, message])));`;
  const flags = ["--jitless", "--no-warnings", "--input-type=module", "--eval", script];
  const { stdout } = await promisify(execFile)(process.execPath, flags, { cwd: project });
  assert.deepEqual(JSON.parse(stdout).slice(0, 3), ["TokenError", "core_unavailable", false]);
  assert.match(stdout, /no WebAssembly/);
});
