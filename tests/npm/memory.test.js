// @ts-check
/** The memory of the WebAssembly holds the tokens of the current session, and no others. */
import assert from "node:assert/strict";
import { once } from "node:events";
import { after, describe, test } from "node:test";
import { importPackage } from "../support/package.js";
import { memories } from "../support/wasm-memory.js";

const { client: library, remove } = await importPackage();
after(remove);

const USER = { username: "anna", password: "password-0", parameters: { otp: "otp-0" } };

/** The secrets with names such as `word-1` that are in memory. */
function secretsInMemory() {
  const text = Buffer.from(memories[0].buffer).toString("latin1");
  return [...new Set(text.match(/(access|refresh|password|otp)-\d+/g))].sort();
}

/**
 * A client whose server issues access-1 and refresh-1, access-2 and refresh-2, and so on.
 * @param {import("node:test").TestContext} t
 * @param {object} options
 * @param {{ ending?: string, refuses?: (body: string) => boolean }} [server] `ending`: of each token
 */
function clientOf(t, options, { ending = "", refuses = () => false } = {}) {
  let issued = 0;
  const client = new library.TokenClient({
    tokenEndpoint: "https://shop.example/token",
    clientId: "shop",
    storage: "memory",
    fetch: async (url, init) => {
      if (String(url).endsWith("/revoke")) return new Response();
      if (refuses(String(init?.body))) return Response.json({ error: "invalid_grant" }, { status: 400 });
      issued += 1;
      const tokens = { access_token: `access-${issued}`, refresh_token: `refresh-${issued}${ending}` };
      return Response.json({ ...tokens, token_type: "Bearer", expires_in: 3600 });
    },
    ...options,
  });
  t.after(() => client.dispose());
  return client;
}

/** An asynchronous storage of the application. */
function asyncStorage() {
  /** @type {Map<string, string>} */
  const items = new Map();
  return {
    getItem: async (/** @type {string} */ key) => items.get(key) ?? null,
    setItem: async (/** @type {string} */ key, /** @type {string} */ item) => void items.set(key, item),
    removeItem: async (/** @type {string} */ key) => void items.delete(key),
  };
}

describe("the memory of the WebAssembly", () => {
  test("holds the tokens of the session, and the password only while it is sent", async (t) => {
    const client = clientOf(t, {});
    await client.getSession();
    const signingIn = client.signIn(USER);
    assert.deepEqual(secretsInMemory(), ["otp-0", "password-0"]);
    await signingIn;
    assert.deepEqual(secretsInMemory(), ["access-1", "refresh-1"]);
    await client.signOut();
  });

  /** @type {Record<string, [options: object, server?: { ending: string }]>} */
  const kinds = {
    "in the client's own storage": [{}],
    "in an asynchronous storage": [{ storage: asyncStorage() }],
    "if they are revoked": [{ revocationEndpoint: "https://shop.example/revoke" }],
    "if they are long": [{}, { ending: "x".repeat(10_000) }],
    "if they are not ASCII": [{}, { ending: "\u00fc\u20ac".repeat(100) }],
  };
  for (const [name, [options, server]] of Object.entries(kinds))
    test(`forgets tokens when they are replaced and when their session ends, ${name}`, async (t) => {
      const client = clientOf(t, options, server);
      await client.signIn(USER);
      await client.getAccessToken({ forceRefresh: true });
      assert.deepEqual(secretsInMemory(), ["access-2", "refresh-2"]);
      await client.signOut();
      assert.deepEqual(secretsInMemory(), []);
    });

  test("forgets tokens when the server ends their session", async (t) => {
    const client = clientOf(t, {}, { refuses: (body) => body.includes("refresh-1") });
    await client.signIn(USER);
    await assert.rejects(client.getAccessToken({ forceRefresh: true }), { code: "login_required" });
    assert.deepEqual(secretsInMemory(), []);
  });

  test("forgets a password that the server refuses", async (t) => {
    const client = clientOf(t, {}, { refuses: () => true });
    await assert.rejects(client.signIn(USER), { code: "invalid_credentials" });
    assert.deepEqual(secretsInMemory(), []);
  });

  test("forgets tokens when another tab signs out", async (t) => {
    const [one, other] = [clientOf(t, { shareAcrossTabs: true }), clientOf(t, { shareAcrossTabs: true })];
    await one.signIn(USER);
    await other.getSession();
    assert.equal(other.session?.subject, "user");
    const heard = new EventTarget();
    other.on("sessionchange", () => heard.dispatchEvent(new Event("change")));
    const changed = once(heard, "change");
    await one.signOut();
    await changed;
    assert.deepEqual(secretsInMemory(), []);
  });
});
