// @ts-check
// The messages of errors name what is wrong, and what to do.
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { importPackage } from "../support/package.js";

const { client, remove } = await importPackage();
after(remove);

const CREDENTIALS = { username: "anna", password: "secret" };

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

test("only a transient error has the time to wait", async () => {
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

test("an adoption has the options of a call", async () => {
  const auth = new client.TokenClient({ tokenEndpoint: "https://shop.example/oauth2-token" });
  const tokens = { access_token: "a", token_type: "Bearer" };
  await assert.rejects(auth.adopt(tokens, { subject: "user", signal: AbortSignal.abort() }), { code: "aborted" });
  assert.equal((await auth.adopt(tokens, { subject: "user", issuedAt: Date.now(), signal: new AbortController().signal })).subject, "user");
});

test("a method may be the listener of an event, which is no object of options", async () => {
  const auth = new client.TokenClient({ tokenEndpoint: "https://shop.example/oauth2-token" });
  const button = new EventTarget();
  const done = new Promise((resolve) => button.addEventListener("click", (event) => resolve(/** @type {any} */ (auth.signOut)(event))));
  button.dispatchEvent(new Event("click"));
  await done;
});

test("an unknown server is told the names of the profiles", () => {
  assert.throws(() => new client.TokenClient({ tokenEndpoint: "https://shop.example/oauth2-token", server: /** @type {any} */ ("orocommerce") }), (/** @type {any} */ { code, message }) => {
    assert.equal(code, "invalid_option");
    for (const name of ["oauth2", "oro", "keycloak", "commercetools"]) assert.ok(message.includes(name), message);
    return true;
  });
});
