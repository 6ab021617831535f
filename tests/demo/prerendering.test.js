// @ts-check
/** The demo in a Chromium without a driver, which prerenders. Its page asks the test what to do. */
import assert from "node:assert/strict";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { startDemo } from "../../www/demo-server.js";
import { Remote } from "../tabs/remote.js";

const folder = (/** @type {string} */ path) => new URL(path, import.meta.url);

/** The demo's page, and a script of the tests in it. @param {import("node:test").TestContext} t */
function remoteControlledDemo(t) {
  const pages = mkdtempSync(join(tmpdir(), "demo-"));
  t.after(() => rmSync(pages, { recursive: true }));
  cpSync(folder("../../www/demo"), pages, { recursive: true });
  const page = readFileSync(join(pages, "index.html"), "utf8");
  writeFileSync(join(pages, "remote.html"), page.replace("</head>", '<script type="module" src="/remote/remote.js"></script></head>'));
  return pages;
}

/** An expression that is fulfilled once the log has the text. @param {string} text */
const logged = (text) => `(async () => {
  while (!document.querySelector("[role=log]").textContent.includes(${JSON.stringify(text)})) await pause(20);
})()`;

/** The titles in the log, the oldest first, without the requests to the API. */
const TITLES = `[...document.querySelectorAll(".entry:not(.request) .title")].map((title) => title.textContent).reverse()`;

test("A page that is prerendered says that it sends nothing to the token endpoint, and what it sends when it is shown", { timeout: 400_000 }, async (t) => {
  const demo = await startDemo({
    pages: remoteControlledDemo(t),
    mounts: { "/pkg/": folder("../../dist/"), "/shared/": folder("../../www/shared/"), "/remote/": folder("../tabs/pages/") },
    settings: { accessLifetime: 600 },
  });
  t.after(() => demo.close());
  const chromium = new Remote();
  t.after(() => chromium.close());
  await chromium.open(demo.url, "1");
  await chromium.run("1", logged("You are a guest"));

  await chromium.prerender("1", "2", `document.querySelector("[data-fault=prerender]").click()`);
  await chromium.run("2", logged("Session restored"));
  assert.equal(await chromium.run("2", "document.prerendering"), true);
  assert.deepEqual(await chromium.run("2", TITLES), ["Prerendering: nothing is sent to the token endpoint", "Session restored"]);
  assert.equal(demo.counts.tokenRequests, 1);

  assert.equal(await chromium.run("1", `document.querySelector("#next-page").href`), chromium.address("2"));
  await chromium.go("1", "2");
  await chromium.run("2", logged("Token refreshed"));
  const [, , ...then] = await chromium.run("2", TITLES);
  assert.deepEqual(then, ["You see the page: the call that waited goes on", "Token refreshed"]);
  assert.deepEqual([demo.counts.guests, demo.counts.refreshes], [1, 1]);
});
