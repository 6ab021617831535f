// @ts-check
/** The relay in workerd: as in Node, and all that it refuses there it refuses here. */
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, test } from "node:test";
import { TokenClient } from "storefront-token-client";
import { clients, startStorefront } from "../../www/storefront/index.js";
import { install, root } from "../support/package.js";
import { hostile, hostileJson } from "../relay/hostile.js";
import { TOKENS, answering, openRecorder } from "../relay/recorder.js";
import { CLIENT, PAGE, form, password, refresh, send } from "../relay/relay.js";
import { rejection } from "../support/assertions.js";
import { startWorkerd } from "../../www/edge/workerd.js";

const { modules, remove } = install();
const server = await openRecorder({ after });
const shop = await startStorefront({ server: "oro" });
const { confidential } = clients;

const client = { CLIENT_ID: CLIENT.clientId, CLIENT_SECRET: CLIENT.clientSecret };
const worker = (/** @type {unknown} */ dialect) => ({
  entry: join(import.meta.dirname, "relay.worker.js"),
  vars: { TOKEN_ENDPOINT: server.tokenEndpoint, SERVER: JSON.stringify(dialect), PAGE, ...client },
});

/** The example of docs/relay.md, as it stands there. */
const folder = mkdtempSync(join(tmpdir(), "example-"));
const [, code] = /** @type {RegExpExecArray} */ (
  /```js\n([^]*?)```/.exec(readFileSync(join(root, "docs/relay.md"), "utf8"))
);
writeFileSync(join(folder, "example.js"), code.replace("https://shop.example", shop.url));
const example = {
  entry: join(folder, "example.js"),
  vars: { CLIENT_ID: confidential.id, CLIENT_SECRET: confidential.secret },
};

const workers = { form: worker("oro"), json: worker({ extends: "oro", body: "json" }), example };
const workerd = await startWorkerd(workers, { modules });
after(async () => {
  rmSync(folder, { recursive: true, force: true });
  await workerd.remove();
  await shop.close();
  remove();
});

describe("refuses", () => {
  const groups = { ...hostile, "where JSON is due": hostileJson };
  for (const [group, rows] of Object.entries(groups))
    describe(group, () => {
      const url = rows === hostileJson ? workerd.urls.json : workerd.urls.form;
      for (const [name, sent, status, error] of rows)
        test(name, async () => {
          server.asked.length = 0;
          const seen = await send(url, sent);
          assert.equal(server.asked.length, 0);
          // workerd does not read on, and closes: who writes on may miss the answer.
          if (status === 413 && seen.status === 0) return;
          assert.deepEqual([seen.status, seen.json?.error], [status, error]);
        });
    });

  test("an address that comes too often", async () => {
    server.asked.length = 0;
    const seen = await send(workerd.urls.form, { body: form(refresh), headers: { "cf-connecting-ip": "192.0.2.66" } });
    assert.deepEqual([seen.status, seen.headers["retry-after"], server.asked.length], [429, "10", 0]);
  });

  test("a redirect of the server's", async () => {
    server.answer = answering(302, TOKENS, { location: "/elsewhere", "set-cookie": "a=1" });
    server.asked.length = 0;
    const seen = await send(workerd.urls.form, { body: form(refresh) });
    assert.deepEqual(
      [seen.status, seen.headers.location, seen.headers["set-cookie"], server.asked.length],
      [502, undefined, undefined, 1],
    );
    server.answer = answering(200, TOKENS);
  });
});

test("passes on the grant and the secret, and no header of the caller's", async () => {
  server.asked.length = 0;
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
  const [{ url, body, headers: asked }] = server.asked;
  const { clientId, clientSecret } = CLIENT;
  assert.deepEqual(
    [url, body],
    ["/oauth2-token", form({ ...password, client_id: clientId, client_secret: clientSecret })],
  );
  assert.deepEqual(Object.keys(asked).sort(), ["accept", "content-length", "content-type", "host"]);
});

test("keeps a page's session: a visitor, a sign-in, a refresh, a wrong password and the end", async () => {
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
