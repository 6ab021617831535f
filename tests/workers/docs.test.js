// @ts-check
// The Worker of docs/workers.md, as its readers copy it, with the configuration that is beside it.
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { startStorefront } from "../../www/storefront/index.js";
import { install, root } from "../support/package.js";
import { startWorkerd } from "../../www/edge/workerd.js";

const [, part] = readFileSync(join(root, "docs/workers.md"), "utf8").split("## Durable Objects, KV and cookies\n");
const block = (/** @type {string} */ language) => part.split(`\`\`\`${language}\n`)[1].split("```")[0];
const wrangler = JSON.parse(block("jsonc").replace(/^\/\/.*$/gm, ""));

const folder = mkdtempSync(join(tmpdir(), "documented-"));
writeFileSync(join(folder, wrangler.main), block("js"));
const { modules, remove } = install();
const shop = await startStorefront();
const COOKIE_SECRET = "a secret of at least 32 characters";
/** @type {{ name: string, class_name: string }[]} */
const bindings = wrangler.durable_objects.bindings;
const worker = {
  entry: join(folder, wrangler.main),
  vars: { TOKEN_ENDPOINT: shop.tokenEndpoint, API: shop.apiUrl, CLIENT_ID: String(shop.clientId), COOKIE_SECRET },
  objects: Object.fromEntries(bindings.map(({ name, class_name }) => [name, class_name])),
  classes: wrangler.migrations[0].new_sqlite_classes,
  compatibilityDate: wrangler.compatibility_date,
};
const workerd = await startWorkerd({ worker }, { modules });
after(async () => {
  await workerd.remove();
  await shop.close();
  remove();
  rmSync(folder, { recursive: true, force: true });
});

test("the documented Worker keeps the guest of a browser without JavaScript", async () => {
  const first = await fetch(workerd.urls.worker, { method: "POST" });
  const { status, session } = await first.json();
  assert.equal(status, 200, workerd.printed());
  assert.equal(first.headers.get("cache-control"), "private, no-store");
  const [cookie] = String(first.headers.get("set-cookie")).split(";");
  const second = await (await fetch(workerd.urls.worker, { headers: { cookie } })).json();
  assert.equal(second.session.id, session.id);
  const stranger = await (await fetch(workerd.urls.worker, { method: "POST" })).json();
  assert.notEqual(stranger.session.id, session.id);
  assert.equal(shop.counts.guests, 2);
});

test("the documented Worker creates one guest for all requests that only read", async () => {
  const { guests } = shop.counts;
  for (let request = 0; request < 10; request += 1) {
    const { status, headers } = await fetch(workerd.urls.worker);
    assert.deepEqual([status, headers.getSetCookie()], [200, []]);
  }
  assert.equal(shop.counts.guests, guests + 1);
});
