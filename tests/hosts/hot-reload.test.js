// @ts-check
/** Vite's development server with React Fast Refresh: a file is edited while a shopper is there. */
import assert from "node:assert/strict";
import { cpSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import react from "@vitejs/plugin-react";
import { createServer } from "vite";
import { startStorefront } from "../../www/storefront/index.js";
import { launchChromium, openPage } from "../support/browser.js";
import { install } from "../support/package.js";
import { here } from "./project.js";

const { modules, remove } = install();
/** @type {import("playwright-core").Browser} */
let browser;
before(async () => (browser = await launchChromium()));
after(async () => {
  await browser?.close();
  remove();
});

const INDEX = '<!doctype html><title>Shop</title><div id="root"></div><script type="module" src="/main.jsx"></script>';

const MAIN = `
import { createRoot } from "react-dom/client";
import { App } from "./App.jsx";
createRoot(document.getElementById("root")).render(<App />);
`;

/** @param {string} title */
const app = (title) => `
import { useState } from "react";
import { useSession } from "storefront-token-client/react";
import { auth } from "./auth.js";

export function App() {
  const [count, setCount] = useState(0);
  const session = useSession(auth);
  return <button onClick={() => setCount(count + 1)}>{"${title}"}: {session?.subject ?? "nobody"}, {count}</button>;
}
`;

/** @param {import("../../www/storefront/index.js").Storefront} shop @param {string} rest */
const auth = ({ tokenEndpoint, clientId }, rest) => `
import { TokenClient } from "storefront-token-client/slim";
export const auth = new TokenClient({ tokenEndpoint: "${tokenEndpoint}", clientId: "${clientId}", server: "oro", guest: true });
(globalThis.clients ??= []).push(auth);
${rest}
`;

/** Vite does not call a module's `import.meta.hot.dispose` callback if only an importer accepts the update. */
const DISPOSAL = `
if (import.meta.hot) {
  import.meta.hot.data.auth?.dispose();
  import.meta.hot.data.auth = auth;
}
`;

/** A page in which a shopper has signed in. @param {import("node:test").TestContext} t @param {string} rest of the module that has the client */
async function signedIn(t, rest) {
  const folder = mkdtempSync(join(here, ".hot-reload-"));
  const write = (/** @type {string} */ name, /** @type {string} */ text) => writeFileSync(join(folder, name), text);
  const anywhere = { allowOrigins: ["*"], allowHeaders: ["authorization"] };
  const shop = await startStorefront({ settings: { cors: anywhere, apiCors: anywhere } });
  cpSync(modules, join(folder, "node_modules"), { recursive: true });
  for (const [name, text] of Object.entries({ "package.json": "{}", "index.html": INDEX, "main.jsx": MAIN, "App.jsx": app("Cart"), "auth.js": auth(shop, rest) })) write(name, text);
  const server = await createServer({ root: folder, configFile: false, logLevel: "silent", plugins: [react()], server: { host: "127.0.0.1", port: 0 } });
  await server.listen();
  const { page, errors, close } = await openPage(browser);
  t.after(async () => {
    await close();
    await server.close();
    await shop.close();
    rmSync(folder, { recursive: true, force: true });
  });
  await page.goto(/** @type {string} */ (server.resolvedUrls?.local[0]));
  await page.getByText("Cart: nobody, 0").click();
  await page.evaluate(async ({ apiUrl, username, password }) => {
    const [auth] = /** @type {any} */ (globalThis).clients;
    await auth.fetch(apiUrl);
    await auth.signIn({ username, password });
  }, { apiUrl: shop.apiUrl, username: shop.username, password: shop.password });
  await page.getByText("Cart: user, 1").waitFor();
  assert.deepEqual([shop.counts.guests, errors], [1, []]);
  return { page, errors, shop, write };
}

/** @param {import("playwright-core").Page} page @param {string} apiUrl */
const statusOf = (page, apiUrl) =>
  page.evaluate(async (url) => (await /** @type {any} */ (globalThis).clients.at(-1).fetch(url)).status, apiUrl);

test("a component that is edited keeps its client, its state and its session", { timeout: 400_000 }, async (t) => {
  const { page, errors, shop, write } = await signedIn(t, "");
  write("App.jsx", app("Basket"));
  await page.getByText("Basket: user, 1").waitFor();
  assert.equal(await statusOf(page, shop.apiUrl), 200);
  assert.equal(await page.evaluate(() => /** @type {any} */ (globalThis).clients.length), 1);
  assert.deepEqual([shop.counts.guests, shop.counts.refreshRequests, errors], [1, 0, []]);
});

for (const [name, rest] of Object.entries({ "and disposes of the old one": DISPOSAL, "beside the old one": "" }))
  test(`if the client's own module is edited, the new client has the session, ${name}`, { timeout: 400_000 }, async (t) => {
    const { page, errors, shop, write } = await signedIn(t, rest);
    write("auth.js", auth(shop, `${rest}\nexport const edited = true;`));
    await page.waitForFunction(() => /** @type {any} */ (globalThis).clients.length === 2);
    await page.getByText("Cart: user, 1").waitFor();
    assert.equal(await statusOf(page, shop.apiUrl), 200);
    const old = await page.evaluate(() =>
      /** @type {any} */ (globalThis).clients[0].getAccessToken({ forceRefresh: true }).then(() => "works", (/** @type {any} */ { code }) => code),
    );
    assert.equal(old, rest ? "disposed" : "works");
    // An old client that goes on shares the session with the new one.
    assert.equal(await statusOf(page, shop.apiUrl), 200);
    assert.deepEqual([shop.counts.guests, shop.counts.refreshRequests, errors], [1, rest ? 0 : 1, []]);
  });
