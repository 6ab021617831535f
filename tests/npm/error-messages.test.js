// @ts-check
// The messages of errors name what is wrong, and what to do.
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { importPackage } from "../support/package.js";

const { client, remove } = await importPackage();
after(remove);

const CREDENTIALS = { username: "anna", password: "secret" };

/** As `Promise.withResolvers`, which Node 20 lacks. */
function deferred() {
  let resolve = () => {};
  const promise = new Promise((fulfil) => (resolve = () => fulfil(undefined)));
  return { promise, resolve };
}

/** The error of a sign-in whose request ends like this. @param {() => Promise<Response>} fetch */
async function signInError(fetch) {
  const auth = new client.TokenClient({ tokenEndpoint: "https://shop.example/oauth2-token", fetch });
  return auth.signIn(CREDENTIALS).then(() => assert.fail("the sign-in succeeded"), (error) => error);
}

test("a server that cannot be reached is named, with what may be the reason and the platform's own error", async () => {
  const cause = new TypeError("fetch failed");
  const error = await signInError(() => Promise.reject(cause));
  assert.equal(error.code, "network");
  for (const word of ["https://shop.example", "down", "path", "CORS", "connect-src"]) assert.ok(error.message.includes(word), `${error.message} does not say ${word}`);
  assert.equal(error.cause, cause);
});

test("the error for a rejected client repeats the server's words", async () => {
  const words = { error: "unauthorized_client", error_description: "This client may not use the password grant." };
  const error = await signInError(async () => Response.json(words, { status: 400 }));
  assert.equal(error.code, "client_rejected");
  assert.ok(error.message.endsWith(`: ${words.error}, ${words.error_description}`), error.message);
});

test("a user who is signed in is not told that nobody is", async () => {
  const auth = new client.TokenClient({ tokenEndpoint: "https://shop.example/oauth2-token" });
  await auth.adopt({ access_token: "token", expires_in: 3600 }, { subject: "user" });
  const message = "The shopper must sign in: there is no refresh token";
  await assert.rejects(auth.getAccessToken({ forceRefresh: true }), { code: "login_required", message });
  assert.equal(auth.session?.subject, "user");
});

test("a call whose session was replaced is not told that somebody signed out", async () => {
  const { promise: refused, resolve: refuse } = deferred();
  const { promise: refreshed, resolve: refresh } = deferred();
  /** @param {unknown} _ @param {{ body: string }} init */
  const fetch = async (_, { body }) => {
    if (!/refresh_token/.test(body)) return Response.json({ access_token: body, refresh_token: "r", expires_in: 3600 });
    refresh();
    await refused;
    return Response.json({ error: "invalid_grant" }, { status: 400 });
  };
  /** @type {Map<string, string>} */
  const texts = new Map();
  const storage = {
    getItem: (/** @type {string} */ key) => texts.get(key) ?? null,
    setItem: (/** @type {string} */ key, /** @type {string} */ text) => void texts.set(key, text),
    removeItem: (/** @type {string} */ key) => void texts.delete(key),
  };
  const open = () => new client.TokenClient({ tokenEndpoint: "https://shop.example/oauth2-token", fetch, storage });
  const [one, other] = [open(), open()];
  await one.signIn(CREDENTIALS);
  const call = one.getAccessToken({ forceRefresh: true });
  await refreshed;
  await other.signIn({ username: "ben", password: "secret" });
  refuse();
  const message = "The session ended or changed meanwhile";
  await assert.rejects(call, { code: "signed_out", message });
  assert.equal(one.session?.id, other.session?.id);
});

test("the error for a missing or too weak option says why it is refused", () => {
  const refusal = (/** @type {object} */ options) => {
    try {
      new client.TokenClient(/** @type {any} */ ({ tokenEndpoint: "https://shop.example/oauth2-token", ...options }));
    } catch (error) {
      return error.message;
    }
  };
  assert.equal(refusal({ server: "oro", clientSecret: "secret" }), "Invalid option: clientId is required with this server");
  assert.equal(refusal({ clientSecret: "secret" }), "Invalid option: clientId is required with a clientSecret");
  const rule = (/** @type {object} */ conditions) => refusal({ server: { errors: { login_required: conditions } } });
  assert.equal(rule({ status: 401 }), "Invalid option: server.errors.login_required must have more than a status");
  assert.equal(rule({ status: 401, code: true }), "Invalid option: server.errors.login_required is unknown or has an unusable value");
  assert.equal(rule({ status: 401, code: "ended" }), undefined);
  const unknown = refusal({ server: { errors: { ended: { status: 401 } } } });
  assert.equal(unknown, "Invalid option: server.errors.ended is unknown or has an unusable value");
});

test("only a transient error has `retryAfter`", async () => {
  for (const [status, error] of /** @type {const} */ ([[400, "invalid_client"], [400, "invalid_grant"], [403, "access_denied"]])) {
    const { transient, retryAfter } = await signInError(async () => Response.json({ error }, { status, headers: { "retry-after": "60" } }));
    assert.deepEqual([transient, retryAfter], [false, undefined], error);
  }
  const { transient, retryAfter } = await signInError(async () => Response.json({}, { status: 429, headers: { "retry-after": "60" } }));
  assert.deepEqual([transient, retryAfter], [true, 60]);
});

test("an unknown option of a call is named, and nothing is done", async () => {
  /** @type {any} */
  const auth = new client.TokenClient({ tokenEndpoint: "https://shop.example/oauth2-token", fetch: () => assert.fail("a request was sent") });
  const named = (/** @type {string} */ name) => ({ code: "invalid_argument", message: `Invalid argument: ${name} is not one of the options` });
  for (const method of ["getSession", "getAccessToken", "signInAsGuest", "signOut"]) await assert.rejects(auth[method]({ force: true }), named("force"), method);
  await assert.rejects(auth.signIn(CREDENTIALS, { once: true }), named("once"));
  await assert.rejects(auth.adopt({ access_token: "a" }, { subject: "user", once: true }), named("once"));
  assert.throws(() => auth.on("sessionchange", () => {}, { once: true }), named("once"));
});

test("adopt() takes a signal, as every call does", async () => {
  const auth = new client.TokenClient({ tokenEndpoint: "https://shop.example/oauth2-token" });
  const tokens = { access_token: "a", token_type: "Bearer" };
  await assert.rejects(auth.adopt(tokens, { subject: "user", signal: AbortSignal.abort() }), { code: "aborted" });
  assert.equal((await auth.adopt(tokens, { subject: "user", issuedAt: Date.now(), signal: new AbortController().signal })).subject, "user");
});

test("a method may be the listener of an event, whose object is not taken for options", async () => {
  const auth = new client.TokenClient({ tokenEndpoint: "https://shop.example/oauth2-token" });
  const button = new EventTarget();
  const done = new Promise((resolve) => button.addEventListener("click", (event) => resolve(/** @type {any} */ (auth.signOut)(event))));
  button.dispatchEvent(new Event("click"));
  await done;
});

test("the error for an unknown server lists the profiles", () => {
  assert.throws(() => new client.TokenClient({ tokenEndpoint: "https://shop.example/oauth2-token", server: /** @type {any} */ ("orocommerce") }), (/** @type {any} */ { code, message }) => {
    assert.equal(code, "invalid_option");
    for (const name of ["oauth2", "oro", "keycloak", "commercetools"]) assert.ok(message.includes(name), message);
    return true;
  });
});
