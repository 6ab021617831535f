// @ts-check
/** Members that a script added to `Object.prototype` are no options, credentials or profile lines of the application. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { TokenClient } from "storefront-token-client";
import { tokenRelay } from "storefront-token-client/relay";

const EVIL = "https://evil.example";
const TOKEN_ENDPOINT = "https://shop.example/token";
const USER = { username: "amanda", password: "secret" };
const TOKENS = { access_token: "access", refresh_token: "refresh", token_type: "Bearer", expires_in: 3600 };

/** Every name that has a meaning in an option, a profile or a call, and one that has none. */
const POLLUTION = {
  revocationEndpoint: `${EVIL}/revoke`,
  server: "wso2",
  extends: "commercetools",
  clientId: "evil",
  clientSecret: "evil",
  scope: "evil",
  guest: true,
  mergeGuest: () => assert.fail("mergeGuest was called"),
  allowedOrigins: [EVIL],
  refreshLeadTime: 1,
  timeout: 1,
  storage: { getItem: () => assert.fail("the storage was read"), setItem() {}, removeItem() {} },
  storageKey: "evil",
  withLock: () => assert.fail("the lock was requested"),
  waitUntil: () => assert.fail("waitUntil was called"),
  body: "json",
  guestTokenParameter: "evil",
  refreshEndpoint: "/evil",
  username: "evil",
  password: "evil",
  minValidity: 1e6,
  forceRefresh: true,
  signal: AbortSignal.abort(),
  rateLimiter: { limit: () => assert.fail("the limiter was asked") },
  signInParameters: ["evil"],
  callerAddress: () => assert.fail("the address was asked for"),
  addressHeader: "x-evil",
  unheardOf: 1,
};

/** Runs an action while `Object.prototype` has these members. @template Value @param {() => Value} action */
function polluted(action, members = /** @type {object} */ (POLLUTION)) {
  const descriptors = Object.entries(members).map(([name, value]) => [
    name,
    { value, configurable: true, enumerable: true, writable: true },
  ]);
  Object.defineProperties(Object.prototype, Object.fromEntries(descriptors));
  try {
    return action();
  } finally {
    for (const name of Object.keys(members)) delete (/** @type {any} */ (Object.prototype)[name]);
  }
}

/** A `fetch` that records its requests. */
function recorder() {
  /** @type {{ url: string, body: string }[]} */
  const requests = [];
  /** @type {typeof fetch} */
  const fetch = async (url, init) => {
    requests.push({ url: String(url), body: String(init?.body) });
    return Response.json(TOKENS);
  };
  return { requests, fetch };
}

describe("a client under a polluted Object.prototype", () => {
  test("uses its own options only, and sends requests to no other server", async () => {
    const { requests, fetch } = recorder();
    const options = { tokenEndpoint: TOKEN_ENDPOINT, fetch };
    const auth = polluted(() => new TokenClient(options));
    const signedIn = polluted(() => auth.signIn(USER));
    assert.equal((await signedIn).subject, "user");
    const token = polluted(() => auth.getAccessToken({}));
    assert.equal(await token, TOKENS.access_token);
    await auth.signOut();
    const body = new URLSearchParams({ grant_type: "password", ...USER }).toString();
    assert.deepEqual(requests, [{ url: TOKEN_ENDPOINT, body }]);
    auth.dispose();
  });

  test("reads a profile's own lines only", async () => {
    const { requests, fetch } = recorder();
    const server = { parameters: { realm: "shop" } };
    const auth = polluted(() => new TokenClient({ tokenEndpoint: TOKEN_ENDPOINT, server, fetch }));
    await auth.signIn(USER);
    const body = new URLSearchParams({ grant_type: "password", ...USER, realm: "shop" }).toString();
    assert.deepEqual(requests, [{ url: TOKEN_ENDPOINT, body }]);
    auth.dispose();
  });

  test("takes no credentials from it", async () => {
    const { requests, fetch } = recorder();
    const auth = new TokenClient({ tokenEndpoint: TOKEN_ENDPOINT, fetch });
    const signedIn = polluted(() => auth.signIn(/** @type {any} */ ({ username: "amanda" })));
    await assert.rejects(signedIn, { code: "invalid_argument", message: /: password must/ });
    assert.deepEqual(requests, []);
    auth.dispose();
  });

  test("reads no option from it, not even to ignore it", () => {
    /** @type {string[]} */
    const read = [];
    const names = [...Object.keys(POLLUTION), "refresh", "shareAcrossTabs", "fetch"];
    const spy = (/** @type {string} */ name) => ({ get: () => void read.push(name), configurable: true });
    Object.defineProperties(Object.prototype, Object.fromEntries(names.map((name) => [name, spy(name)])));
    try {
      new TokenClient({ tokenEndpoint: TOKEN_ENDPOINT }).dispose();
    } finally {
      for (const name of names) delete (/** @type {any} */ (Object.prototype)[name]);
    }
    assert.deepEqual(read, []);
  });

  test("still reads the members of the application's own classes", async () => {
    const { requests, fetch } = recorder();
    class Defaults {
      get tokenEndpoint() {
        return TOKEN_ENDPOINT;
      }
      get clientId() {
        return "shop";
      }
    }
    class Options extends Defaults {
      fetch = fetch;
    }
    const auth = polluted(() => new TokenClient(new Options()), { unheardOf: 1 });
    await auth.signIn(USER);
    assert.equal(new URLSearchParams(requests[0].body).get("client_id"), "shop");
    auth.dispose();
  });
});

test("a relay under a polluted Object.prototype uses its own options only", async () => {
  const { requests, fetch } = recorder();
  const options = { tokenEndpoint: TOKEN_ENDPOINT, clientId: "shop", clientSecret: "s3cret", fetch };
  const relay = polluted(() => tokenRelay({ ...options, allowedOrigins: ["https://www.shop.example"] }));
  const send = (/** @type {Record<string, string>} */ body) =>
    relay(
      new Request("https://relay.example/", {
        method: "POST",
        headers: { origin: "https://www.shop.example" },
        body: new URLSearchParams(body),
      }),
    );
  assert.equal((await send({ grant_type: "password", ...USER })).status, 200);
  assert.equal((await send({ grant_type: "password", ...USER, evil: "1" })).status, 400);
  assert.equal((await send({ token: "refresh" })).status, 400);
  assert.deepEqual(
    requests.map(({ url }) => url),
    [TOKEN_ENDPOINT],
  );
});

test("a relay's request to the server takes no option of fetch from Object.prototype", async () => {
  /** @type {any} */
  let init;
  const fetch = async (/** @type {unknown} */ _, /** @type {unknown} */ given) => {
    init = given;
    return Response.json(TOKENS);
  };
  const relay = tokenRelay({
    tokenEndpoint: TOKEN_ENDPOINT,
    clientId: "shop",
    clientSecret: "s3cret",
    allowedOrigins: ["https://www.shop.example"],
    fetch,
  });
  const body = new URLSearchParams({ grant_type: "password", ...USER });
  await relay(new Request("https://relay.example/", { method: "POST", headers: { origin: "https://www.shop.example" }, body }));
  assert.deepEqual(polluted(() => [init.dispatcher, init.cache, init.method], { dispatcher: {}, cache: "evil" }), [
    undefined,
    undefined,
    "POST",
  ]);
});
