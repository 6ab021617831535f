// @ts-check
/** A client that no code holds any more stays active, with its timer and its listeners, until it is disposed of. The test in Node is in tests/npm. */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, test } from "node:test";
import { promisify } from "node:util";
import { startStorefront } from "../../www/storefront/index.js";
import { launchChromium, openPage } from "../support/browser.js";
import { NAME, install } from "../support/package.js";
import { binary } from "./project.js";

const BUN = `@oven/bun-linux-${process.arch === "arm64" ? "aarch64" : process.arch}/bin/bun`;

const { project, modules, remove } = install();
// The shortest lifetime with which a client refreshes in the background is five seconds.
const shop = await startStorefront({ pages: project, mounts: { "/modules/": modules }, settings: { accessLifetime: 6 } });
after(async () => {
  await shop.close();
  remove();
});

/**
 * A program that drops its client, collects the garbage, and calls `done` when the client's listener hears of a refresh.
 *
 * @param {{ specifier: string, collect: string, done: string }} host
 */
const program = ({ specifier, collect, done }) => `
  import { TokenClient } from "${specifier}";

  const options = { tokenEndpoint: "${shop.tokenEndpoint}", server: "oro", clientId: "${shop.clientId}", refresh: "background" };
  const nextTask = () => new Promise((resolve) => setTimeout(resolve));

  async function useAndDrop() {
    const auth = new TokenClient(options);
    auth.on("tokenrefresh", ({ outcome }) => ${done});
    await auth.signInAsGuest();
  }

  await useAndDrop();
  for (let turn = 0; turn < 10; turn++) {
    await nextTask();
    ${collect};
  }
`;

test("a dropped client refreshes in Chromium", { timeout: 400_000 }, async (t) => {
  const browser = await launchChromium({ args: ["--js-flags=--expose-gc"] });
  t.after(() => browser.close());
  const { page } = await openPage(browser);
  const done = "(globalThis.outcome ??= outcome)";
  const script = program({ specifier: `/modules/${NAME}/dist/index.js`, collect: "gc()", done });
  writeFileSync(join(project, "index.html"), `<!doctype html><script type="module">${script}</script>`);
  await page.goto(shop.url);
  await page.waitForFunction(() => "outcome" in globalThis);
  assert.equal(await page.evaluate("outcome"), "refreshed");
});

test("a dropped client refreshes in Bun", { timeout: 400_000 }, async () => {
  const done = "(console.log(outcome), process.exit())";
  writeFileSync(join(project, "main.mjs"), program({ specifier: NAME, collect: "Bun.gc(true)", done }));
  const { stdout } = await promisify(execFile)(binary(BUN), ["main.mjs"], { cwd: project });
  assert.equal(stdout.trim(), "refreshed");
});
