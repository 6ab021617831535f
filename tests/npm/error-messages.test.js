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
