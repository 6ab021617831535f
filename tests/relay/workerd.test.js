// @ts-check
/** The relay in workerd refuses and forwards the same requests as in Node. */
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, test } from "node:test";
import { TokenClient } from "storefront-token-client";
import { clients, startStorefront } from "../../www/storefront/index.js";
import { install, root } from "../support/package.js";
import { relayOptions, testInRuntime } from "./every-runtime.js";
import { TOKENS, startRecordingServer } from "./recording-server.js";
import { CLIENT, PAGE, form, password, send } from "./relay-server.js";
import { rejection } from "../support/assertions.js";
import { startWorkerd } from "../../www/edge/workerd.js";

const { modules, remove } = install();
const server = await startRecordingServer({ after });
const shop = await startStorefront({ server: "oro" });
const { confidential } = clients;

const worker = (/** @type {object} */ options) => ({
  entry: join(import.meta.dirname, "relay.worker.js"),
  vars: { OPTIONS: JSON.stringify(options) },
});
const { form: forForms, json: forJson } = relayOptions(server);

/** The first example of docs/relay.md, unchanged. */
const folder = mkdtempSync(join(tmpdir(), "example-"));
const [, code] = /** @type {RegExpExecArray} */ (
  /```js\n([^]*?)```/.exec(readFileSync(join(root, "docs/relay.md"), "utf8"))
);
writeFileSync(join(folder, "example.js"), code.replace("https://shop.example", shop.url));
const example = {
  entry: join(folder, "example.js"),
  vars: { CLIENT_ID: confidential.id, CLIENT_SECRET: confidential.secret },
};

const workers = { form: worker(forForms), json: worker(forJson), example };
const workerd = await startWorkerd(workers, { modules });
after(async () => {
  rmSync(folder, { recursive: true, force: true });
  await workerd.remove();
  await shop.close();
  remove();
});

// workerd closes the connection without reading the rest of a long body, so the response may be lost.
const { form: url, json } = workerd.urls;
testInRuntime({ form: url, json }, server, { addressHeader: "cf-connecting-ip" });

test("forwards the grant and the secret, and no header of the caller", async () => {
  server.requests.length = 0;
  const headers = {
    cookie: "a=1",
    forwarded: "host=evil.example",
    "x-forwarded-host": "evil.example",
    "user-agent": "evil",
    "cf-connecting-ip": "192.0.2.1",
    "x-a": "b",
  };
  const { status, json } = await send(workerd.urls.form, { body: form(password), headers, path: "/any/path" });
  assert.deepEqual([status, json], [200, TOKENS]);
  const [{ url, body, headers: forwarded }] = server.requests;
  const { clientId, clientSecret } = CLIENT;
  assert.deepEqual(
    [url, body],
    ["/oauth2-token", form({ ...password, client_id: clientId, client_secret: clientSecret })],
  );
  assert.deepEqual(Object.keys(forwarded).sort(), ["accept", "content-length", "content-type", "host"]);
});

test("serves a session: a guest, a wrong password, a sign-in, a refresh and the end", async () => {
  const page = (/** @type {any} */ url, /** @type {any} */ init) =>
    fetch(url, { ...init, headers: { ...init.headers, origin: PAGE } });
  const auth = new TokenClient({
    tokenEndpoint: workerd.urls.example,
    server: "oro",
    clientId: confidential.id,
    guest: true,
    fetch: page,
  });
  const user = { username: shop.username, password: shop.password };
  await auth.getAccessToken();
  assert.equal(auth.session?.subject, "guest");
  assert.equal((await rejection(auth.signIn({ ...user, password: "wrong" }))).code, "invalid_credentials");
  assert.equal((await auth.signIn(user)).subject, "user");
  await auth.getAccessToken({ forceRefresh: true });
  shop.revoke({ refreshTokens: true });
  assert.equal((await rejection(auth.getAccessToken({ forceRefresh: true }))).code, "login_required");
  assert.equal(auth.session, null);
  auth.dispose();
});
