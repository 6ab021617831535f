// @ts-check
/** The texts of a server's error that a `TokenError` repeats. The relay is tested with the same table. */
import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import { after, describe, test } from "node:test";
import { CLIENT, GUEST_TOKEN, PARAMETERS, REFRESH_TOKEN, USER, errorTexts } from "../support/error-texts.js";
import { importPackage } from "../support/package.js";

const { client: library, remove } = await importPackage();
after(remove);

const GRANTED = { token_type: "Bearer", expires_in: 3600, access_token: GUEST_TOKEN, refresh_token: REFRESH_TOKEN };

/**
 * The error of a call whose token request has this response.
 * @param {import("../support/error-texts.js").Case} given
 */
async function errorOf({ server, call, respond }) {
  let refused = false;
  const client = new library.TokenClient({
    tokenEndpoint: "https://server.example/token",
    server,
    ...CLIENT,
    guest: call === "merge",
    fetch: async (_, init) => Response.json(...(refused ? [respond(/** @type {any} */ (init)), { status: 400 }] : [GRANTED])),
  });
  if (call === "merge") await client.signInAsGuest();
  if (call === "refresh") await client.signIn(USER);
  refused = true;
  const rejected = call === "refresh" ? client.getAccessToken({ forceRefresh: true }) : client.signIn({ ...USER, parameters: PARAMETERS });
  return rejected.then(assert.fail, (error) => error);
}

describe("an error contains no secret and only plain text:", () => {
  for (const { name, expected, ...given } of errorTexts)
    test(name, async () => {
      const { error, error_description, error_uri, hint } = await errorOf(/** @type {any} */ (given));
      const texts = Object.entries({ error, error_description, error_uri, hint });
      assert.deepEqual(Object.fromEntries(texts.filter(([, text]) => text !== undefined)), expected);
    });
});

describe("a response is judged by all of its members, also by those that no error shows:", () => {
  test("a rule for responses without an error does not match one whose error repeats the refresh token", async () => {
    const server = { errors: { login_required: { status: 400, error: null } } };
    const error = await errorOf({
      name: "",
      server,
      call: "refresh",
      respond: () => ({ error: `unknown: ${REFRESH_TOKEN}` }),
      expected: {},
    });
    assert.deepEqual([error.code, error.error], ["client_rejected", undefined]);
  });

  test("a rule of the profile matches its text although the password occurs in that text", async () => {
    const client = new library.TokenClient({
      tokenEndpoint: "https://server.example/token",
      server: "oro",
      clientId: "shop",
      fetch: async () => Response.json({ error: "invalid_grant", hint: "Account is locked." }, { status: 401 }),
    });
    await assert.rejects(client.signIn({ username: "anna", password: "locked" }), { code: "account_locked" });
  });

  test("a member that cannot become a text does no harm", async () => {
    const respond = () => ({ error: "invalid_grant", debug: { toString: 1, valueOf: 1 } });
    const error = await errorOf({ name: "", server: "oauth2", call: "sign-in", respond, expected: {} });
    assert.equal(error.code, "invalid_credentials");
  });
});

/** The cause of the error of a sign-in. @param {typeof globalThis.fetch} [fetch] @param {string} [tokenEndpoint] */
async function causeOfSignIn(fetch, tokenEndpoint = "https://server.example/token") {
  const client = new library.TokenClient({ tokenEndpoint, ...CLIENT, fetch });
  return client.signIn(USER).then(assert.fail, ({ cause }) => cause);
}

describe("the cause of an error is what fetch has thrown if that is an Error that shows nothing of the request:", () => {
  const { password } = USER;
  /** The cause with the application's own fetch, which is the cause with a global fetch that a script has replaced, too. @param {unknown} thrown */
  const causeOf = async (thrown) => {
    const own = () => Promise.reject(thrown);
    const cause = await causeOfSignIn(own);
    const { fetch } = globalThis;
    globalThis.fetch = own;
    try {
      assert.equal(await causeOfSignIn(), cause);
    } finally {
      globalThis.fetch = fetch;
    }
    return cause;
  };

  test("a connection that the server closes", async (t) => {
    const server = createServer(({ socket }) => void socket.destroy()).listen(0, "127.0.0.1");
    t.after(() => server.close());
    await once(server, "listening");
    const { port } = /** @type {import("node:net").AddressInfo} */ (server.address());
    const { cause } = await causeOfSignIn(undefined, `http://127.0.0.1:${port}/token`);
    assert.equal(cause.code, "UND_ERR_SOCKET");
  });

  /** @type {Record<string, unknown>} */
  const clean = {
    "an error": new TypeError("fetch failed"),
    "an error with a cause and its code": new TypeError("fetch failed", { cause: Object.assign(new Error("refused"), { code: "ECONNREFUSED", port: 443 }) }),
    "several errors in one": new AggregateError([new Error("IPv6"), new Error("IPv4")], "refused"),
    "an exception of the DOM": new DOMException("Aborted", "AbortError"),
    "an error with an object": Object.assign(new Error("refused"), { socket: { remotePort: 443 } }),
  };
  for (const [name, error] of Object.entries(clean))
    test(`${name} is the cause`, async () => assert.equal(await causeOf(error), error));

  /** @type {Record<string, unknown>} */
  const unclean = {
    "a text": "fetch failed",
    "an object": { message: "fetch failed" },
    "an object that throws": new Proxy({}, { get: () => assert.fail(), ownKeys: () => assert.fail() }),
    "a secret as the message": new Error(password),
    "a secret as the name": Object.assign(new Error("x"), { name: password }),
    "a secret in the stack": Object.defineProperty(new Error("x"), "stack", { value: `x at ${password}` }),
    "a secret in a member": Object.assign(new Error("x"), { body: password }),
    "a secret in a member that is not enumerable": Object.defineProperty(new Error("x"), "body", { value: password }),
    "a secret under a symbol": Object.assign(new Error("x"), { [Symbol("body")]: password }),
    "a secret in the cause of the cause": new Error("x", { cause: new Error("y", { cause: new Error(password) }) }),
    "a secret in one of several errors": new AggregateError([new Error("x"), new Error(password)], "z"),
    "a secret in an object": Object.assign(new Error("x"), { request: { body: password } }),
    "a secret that an object of a class may show": Object.assign(new Error("x"), { request: new (class { get body() { return password; } })() }),
    "the request itself": Object.assign(new Error("x"), { request: new Request("https://server.example/") }),
  };
  for (const [name, error] of Object.entries(unclean))
    test(`${name} is not`, async () => assert.equal(await causeOf(error), undefined));
});
