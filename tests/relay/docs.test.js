// @ts-check
/** Runs the examples of docs/relay.md unchanged, in front of the storefront. */
import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { pathToFileURL } from "node:url";
import * as esbuild from "esbuild";
import { TokenClient } from "storefront-token-client";
import { clients, startStorefront } from "../../www/storefront/index.js";
import { root } from "../support/package.js";
import { documentedAddress } from "./documented-address.js";
import { startRecordingServer } from "./recording-server.js";
import { CLIENT, PAGE, form, openRelay, password, refresh, send } from "./relay-server.js";

const examples = readFileSync(join(root, "docs/relay.md"), "utf8").matchAll(/```js\n([^]*?)```/g);
const [, node, page, key] = Array.from(examples, ([, code]) => code);

/** @type {import("../../www/storefront/index.js").Storefront} */
let shop;
const folder = mkdtempSync(join(tmpdir(), "example-"));
before(async () => {
  shop = await startStorefront({ server: "oro", mode: { version: "5.0" } });
});
after(async () => {
  await shop.close();
  rmSync(folder, { recursive: true, force: true });
});

test("the example for Node serves the example for a page", async (context) => {
  const [there, port] = [
    node.replace("https://shop.example", shop.url),
    "export const server = serve({ fetch: relay, port: 0 });",
  ];
  const contents = there.replace(/^serve\(.*$/m, port);
  assert.ok(contents.includes(shop.tokenEndpoint) && contents.includes(port));
  const outfile = join(folder, "node.mjs");
  await esbuild.build({
    stdin: { contents, resolveDir: root },
    bundle: true,
    platform: "node",
    format: "esm",
    outfile,
    logLevel: "error",
  });
  Object.assign(process.env, { CLIENT_ID: clients.confidential.id, CLIENT_SECRET: clients.confidential.secret });
  const { server } = await import(pathToFileURL(outfile).href);
  await once(server, "listening");
  context.after(() => server.close());

  const relay = `http://localhost:${server.address().port}`;
  const asPage = page.replace("https://relay.shop.example", relay).replace("https://shop.example", shop.url);
  // A browser adds `Origin`; Node does not.
  const inPage = (/** @type {Parameters<typeof fetch>} */ ...args) => {
    const request = new Request(...args);
    request.headers.set("origin", PAGE);
    return fetch(request);
  };
  const make = new Function("TokenClient", "clientId", `${asPage} return auth;`);
  const auth = make(function (/** @type {any} */ options) {
    return new TokenClient({ ...options, fetch: inPage });
  }, clients.confidential.id);
  context.after(() => auth.dispose());
  assert.equal((await auth.fetch(shop.apiUrl)).status, 200);
  assert.equal((await auth.signIn({ username: shop.username, password: shop.password })).subject, "user");
  assert.match(await (await auth.fetch(shop.apiUrl)).text(), new RegExp(shop.username));
});

test("the example for the limiter's key counts an account and a network", async (context) => {
  const rateLimitKey = new Function(`${key} return rateLimitKey;`)();
  /** @type {string[]} */
  const keys = [];
  const rateLimiter = { limit: async (/** @type {{ key: string }} */ { key }) => ({ success: keys.push(key) > 0 }) };
  const server = await startRecordingServer(context);
  const { tokenEndpoint } = server;
  const options = { tokenEndpoint, ...CLIENT, allowedOrigins: [PAGE], rateLimiter, rateLimitKey };
  const url = await openRelay(context, { ...options, callerAddress: documentedAddress("Node, `@hono/node-server`") });
  await send(url, { body: form({ ...password, username: "Amanda@Example.com" }) });
  await send(url, { body: form(refresh) });
  assert.deepEqual(keys, ["network 127.0.0.1", "account amanda@example.com", "refresh_token 127.0.0.1"]);
});
