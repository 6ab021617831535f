// @ts-check
// The pages and modules of README, of docs/guides and of docs/troubleshooting.md, as a reader copies them, in Chromium.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import { clients, users } from "../../www/storefront/index.js";
import { chromiumSuite } from "../support/chromium-suite.js";
import { NAME, root } from "../support/package.js";
import { servePages } from "../support/pages.js";

/** @typedef {import("playwright-core").Page} Page */

/** The blocks of code in a document. @param {string} path @param {string} language */
const blocksOf = (path, language) => {
  const blocks = readFileSync(join(root, path), "utf8").matchAll(new RegExp(`\`\`\`${language}\\n([^]*?)\`\`\``, "g"));
  return Array.from(blocks, ([, code]) => code);
};

const IMPORTS = `<!doctype html>
<script type="importmap">
{ "imports": {
  "${NAME}": "/modules/${NAME}/dist/index.js",
  "${NAME}/recorder": "/modules/${NAME}/dist/recorder.js",
  "${NAME}/testing": "/modules/${NAME}/dist/testing.js"
} }
</script>`;

/** The guide's code with the address and the client of the test's shop. @param {string} code */
const forShop = (code) => code.replace('"https://shop.example/oauth2-token"', 'location.origin + "/oauth2-token"').replace('"https://shop.example/api', '"/api').replace(/"(?:…|your-client-id)"/, JSON.stringify(clients.storefront.id));

const [first] = blocksOf("README.md", "html");
const [plain] = blocksOf("docs/guides/plain-page.md", "html");
const [ask, record] = blocksOf("docs/guides/native-bridge.md", "js");
const [local, remember] = blocksOf("docs/guides/staying-signed-in.md", "js");
const [, recordForSupport] = blocksOf("docs/troubleshooting.md", "js");

const served = await servePages({
  "index.html": IMPORTS,
  "first.html": IMPORTS + forShop(first),
  "plain.html": IMPORTS + plain,
  "ask.js": `const { auth, bridge } = window;\n${ask}`,
  "record.js": `const { bridge } = window;\n${forShop(record)}\nexport { auth };`,
  "local.js": `${forShop(local)}\nexport { auth };`,
  "remember.js": forShop(remember),
  "support.js": `const { options } = window;\n${recordForSupport}\nexport { auth };`,
});
const { shop } = served;
const { username, password } = users.alice;

describe("a reader who follows the guides", { timeout: 400_000 }, () => {
  const { open } = chromiumSuite(served);

  /** @param {Page} page @param {string} text */
  const says = (page, text) => page.waitForFunction((text) => document.querySelector("output")?.textContent === text, text);

  test("has the page of README, with a guest and a sign-in", async () => {
    const page = await open("/first.html");
    await says(page, "guest-created: guest");
    await page.fill("[name=username]", username);
    await page.fill("[name=password]", "wrong");
    await page.click("button");
    await page.waitForFunction(() => document.querySelector("output")?.textContent.startsWith("Wrong user name or password"));
    await page.fill("[name=password]", password);
    await page.click("button");
    await says(page, "signed-in: user");
  });

  test("has the plain page, with a shop inside", async () => {
    const page = await open("/plain.html");
    await says(page, "guest-created: guest");
    await page.click("button");
    await says(page, "signed-in: user");
    assert.equal(shop.log.length, 0);
  });

  test("gives native code an access token, and news of the session", async () => {
    const page = await open();
    const seen = await page.evaluate(askFromNativeCode, { username, password, clientId: clients.storefront.id });
    assert.deepEqual(seen, ["login_required", "user", "string"]);
  });

  test("keeps the record in native code, and finds it there in the next page", async () => {
    const page = await open();
    const record = await page.evaluate(keepInNativeCode, { username, password, record: "" });
    await page.reload();
    assert.equal(await page.evaluate(keepInNativeCode, { username: "", password, record }), record);
  });

  test("keeps a guest in localStorage", async () => {
    const page = await open();
    const stored = await page.evaluate(async () => {
      const { auth } = await import(/** @type {string} */ ("/local.js"));
      await auth.getAccessToken();
      const has = (/** @type {Storage} */ storage) => Object.values(storage).some((text) => text.includes("access_token"));
      return [has(localStorage), has(sessionStorage)];
    });
    assert.deepEqual(stored, [true, false]);
  });

  for (const remembered of [true, false])
    test(`${remembered ? "keeps" : "does not keep"} a shopper for the next day, as the shopper wants`, async () => {
      const page = await open();
      await page.evaluate(signInFor, { username, password, remembered });
      await page.reload();
      assert.equal(await page.evaluate(subject), "user");
      assert.equal(await page.evaluate(isOnDisk), remembered);
    });

  test("has no token of a remembered shopper on the disk after a sign-in that shall not be remembered, in any tab", async () => {
    const [page, other] = [await open(), await open()];
    await page.evaluate(signInFor, { username, password, remembered: true });
    assert.equal(await other.evaluate(subject), "user");
    await other.evaluate(awaitDecision);
    await page.route("**/oauth2-token", async (route) => {
      await other.evaluate(() => /** @type {any} */ (window).decision);
      await route.continue();
    });
    const heard = await page.evaluate(signInFor, { username, password, remembered: false });
    assert.deepEqual(heard, [undefined, "user"]);
    assert.equal(await other.evaluate(subject), "user");
    assert.equal(await page.evaluate(isOnDisk), false);
  });

  test("sends support the whole recording of a session that was lost", async () => {
    const page = await open();
    /** @type {(string | null)[]} */
    const received = [];
    await page.route("**/support", async (route) => {
      received.push(route.request().postData());
      await route.fulfill({ status: 204 });
    });
    await page.evaluate(recordMuch, { username, password, clientId: clients.storefront.id });
    shop.revoke({ refreshTokens: true });
    const request = page.waitForResponse("**/support");
    const recording = await page.evaluate(loseSession);
    await request;
    assert.ok(recording.length > 64 * 1024);
    assert.deepEqual(received, [recording]);
  });
});

/** Runs in the page. @param {{ username: string, password: string, clientId: string }} setting */
async function recordMuch({ clientId, ...credentials }) {
  Object.assign(window, { options: { tokenEndpoint: `${location.origin}/oauth2-token`, server: "oro", clientId } });
  const { auth } = await import(/** @type {string} */ ("/support.js"));
  await auth.signIn(credentials);
  while (auth.recording().length < 70_000) await auth.getAccessToken({ forceRefresh: true });
}

/** Runs in the page. Gives what the page sends. */
async function loseSession() {
  const { auth } = await import(/** @type {string} */ ("/support.js"));
  /** @type {Promise<string>} */
  const recording = new Promise((resolve) => auth.on("sessionchange", () => resolve(auth.recording())));
  await auth.getAccessToken({ forceRefresh: true }).catch(() => {});
  return recording;
}

/** Runs in the page. */
async function subject() {
  const { auth } = await import(/** @type {string} */ ("/remember.js"));
  return (await auth.getSession())?.subject;
}

/** Runs in the page, whose `decision` is kept when it has heard of the shopper's decision in another tab. */
function awaitDecision() {
  Object.assign(window, { decision: new Promise((resolve) => addEventListener("storage", ({ key }) => key === "remember me" && resolve(undefined))) });
}

/** Runs in the page. */
function isOnDisk() {
  return Object.values(localStorage).some((text) => text.includes("access_token"));
}

/** Runs in the page. @param {{ username: string, password: string, clientId: string }} setting */
async function askFromNativeCode({ clientId, ...credentials }) {
  const { TokenClient } = await import(/** @type {string} */ ("storefront-token-client"));
  const auth = new TokenClient({ tokenEndpoint: `${location.origin}/oauth2-token`, server: "oro", clientId });
  /** @type {any[]} */
  const told = [];
  /** @type {any} */
  const bridge = { tellSession: (/** @type {any} */ session) => told.push(session?.subject) };
  Object.assign(window, { auth, bridge });
  await import(/** @type {string} */ ("/ask.js"));
  const { code } = await bridge.onTokenWanted();
  await auth.signIn(credentials);
  const { token } = await bridge.onTokenWanted();
  return [code, ...told, typeof token];
}

/** Runs in the page. Gives what native code keeps. @param {{ username: string, password: string, record: string }} setting */
async function keepInNativeCode({ username, password, record }) {
  let kept = record || null;
  const bridge = {
    read: async () => kept,
    write: async (/** @type {string} */ _, /** @type {string} */ text) => void (kept = text),
    remove: async () => void (kept = null),
  };
  Object.assign(window, { bridge });
  const { auth } = await import(/** @type {string} */ ("/record.js"));
  if (username) await auth.signIn({ username, password });
  await auth.getAccessToken();
  return kept;
}

/** Runs in the page. Gives whose session the page heard of. @param {{ username: string, password: string, remembered: boolean }} setting */
async function signInFor({ remembered, ...credentials }) {
  /** @type {(string | undefined)[]} */
  const heard = [];
  addEventListener("session", (event) => heard.push(/** @type {any} */ (event).detail?.subject));
  const { signIn } = await import(/** @type {string} */ ("/remember.js"));
  await signIn(credentials, remembered);
  return heard;
}
