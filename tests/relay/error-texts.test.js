// @ts-check
/** The texts of the server's errors that a page may read. The client is tested with the same table. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { tokenRelay } from "storefront-token-client/relay";
import { CLIENT, GUEST_TOKEN, PARAMETERS, REFRESH_TOKEN, USER, errorTexts } from "../support/error-texts.js";
import { PAGE, form } from "./relay-server.js";

/** @typedef {import("../support/error-texts.js").Case} Case */

const GRANTS = {
  "sign-in": { grant_type: "password", ...USER, ...PARAMETERS },
  merge: { grant_type: "password", ...USER, visitor_access_token: GUEST_TOKEN },
  refresh: { grant_type: "refresh_token", refresh_token: REFRESH_TOKEN },
};

/**
 * The error that a page receives for this response of the server.
 * @param {Partial<Case> & { response?: ResponseInit }} given
 * @returns {Promise<{ status: number, json: any, text: string }>}
 */
async function received({ server = "oauth2", call = "sign-in", respond = () => ({}), response = { status: 400 } }) {
  const relay = tokenRelay({
    tokenEndpoint: "https://server.example/token",
    server,
    ...CLIENT,
    allowedOrigins: [PAGE],
    signInParameters: Object.keys(PARAMETERS),
    fetch: async (_, init) => Response.json(respond(/** @type {any} */ (init)), response),
  });
  const isJson = server.body === "json";
  const request = new Request("https://relay.example/", {
    method: "POST",
    headers: { origin: PAGE, "content-type": isJson ? "application/json" : "application/x-www-form-urlencoded" },
    body: isJson ? JSON.stringify(GRANTS[call]) : form(GRANTS[call]),
  });
  const { status, text } = await relay(request).then(async (response) => ({
    status: response.status,
    text: await response.text(),
  }));
  return { status, text, json: JSON.parse(text) };
}

describe("an error response contains no secret and only plain text:", () => {
  for (const { name, expected, ...given } of errorTexts)
    test(name, async () => {
      const { status, json } = await received(given);
      assert.deepEqual([status, json], [400, expected]);
    });
});

describe("a secret in an error response is removed", () => {
  const error = "invalid_request";

  test("from members of any name and depth, and from names", async () => {
    const { password } = USER;
    const respond = () => ({ error, debug: { list: [password, "kept", { [`a ${password}`]: 1 }] }, code: 4711 });
    assert.deepEqual((await received({ respond })).json, { error, debug: { list: ["kept", {}] }, code: 4711 });
  });

  test("if it is a number", async () => {
    const body = form({ grant_type: "password", username: "amanda", password: "271828" });
    const relay = tokenRelay({
      tokenEndpoint: "https://server.example/token",
      ...CLIENT,
      allowedOrigins: [PAGE],
      fetch: async () => Response.json({ error, given: 271828 }, { status: 400 }),
    });
    const headers = { origin: PAGE, "content-type": "application/x-www-form-urlencoded" };
    const response = await relay(new Request("https://relay.example/", { method: "POST", headers, body }));
    assert.deepEqual(await response.json(), { error });
  });

  test("with everything that is nested more than twenty levels deep", async () => {
    let nested = /** @type {any} */ ({ text: "deep" });
    for (let level = 0; level < 30; level += 1) nested = { nested };
    const { text } = await received({ respond: () => ({ error, nested }) });
    assert.ok(text.startsWith('{"error":"invalid_request","nested":{') && !text.includes("deep"));
  });

  test("also from an error response whose status is 200", async () => {
    const respond = () => ({ error, error_description: USER.password });
    assert.deepEqual((await received({ respond, response: { status: 200 } })).json, { error });
  });
});

describe("cleaning does not change what a client concludes:", () => {
  /** @param {Partial<Case>} given @param {string} password */
  const withPassword = (given, password) => {
    const relay = tokenRelay({
      tokenEndpoint: "https://server.example/token",
      server: given.server,
      ...CLIENT,
      allowedOrigins: [PAGE],
      fetch: async () => Response.json(given.respond?.(/** @type {any} */ ({})), { status: 400 }),
    });
    const headers = { origin: PAGE, "content-type": "application/x-www-form-urlencoded" };
    const body = form({ grant_type: "password", username: "amanda", password });
    return relay(new Request("https://relay.example/", { method: "POST", headers, body }));
  };

  test("a password that is part of an error code leaves the code alone", async () => {
    for (const password of ["a", "grant", "invalid_grant"]) {
      const respond = () => ({ error: "invalid_grant", error_description: `No ${password}` });
      const response = await withPassword({ server: "oauth2", respond }, password);
      assert.deepEqual([response.status, await response.json()], [400, { error: "invalid_grant" }]);
    }
  });

  test("a password that is part of a text of the dialect leaves that text alone", async () => {
    const hint = "Account is locked.";
    const response = await withPassword({ server: "oro", respond: () => ({ error: "invalid_grant", hint }) }, "locked");
    assert.deepEqual(await response.json(), { error: "invalid_grant", hint });
  });

  test("a text of the dialect keeps characters that RFC 6749 does not allow", async () => {
    const hint = "Konto gesperrt für „alle“";
    const server = { errors: { account_locked: { hint } } };
    const response = await withPassword({ server, respond: () => ({ error: "invalid_grant", hint }) }, "secret");
    assert.deepEqual(await response.json(), { error: "invalid_grant", hint });
  });

  test("a response whose code repeats a secret is an error of the relay", async () => {
    const server = { errors: { login_required: { status: 400, error: null } } };
    const response = await withPassword({ server, respond: () => ({ error: "no such user: secret" }) }, "secret");
    assert.deepEqual([response.status, (await response.json()).error], [502, "server_error"]);
  });
});

describe("a response with tokens", () => {
  const TOKENS = { access_token: "access", token_type: "Bearer", refresh_token: REFRESH_TOKEN };

  test("may return the refresh token that was sent", async () => {
    const respond = () => TOKENS;
    assert.deepEqual((await received({ call: "refresh", respond, response: { status: 200 } })).json, TOKENS);
  });

  test("contains no client secret, and no header or parameter of the profile", async () => {
    const server = { headers: { "X-Api-Key": "key-0123456789" }, parameters: { tenant: "tenant-0123456789" } };
    const respond = () => ({
      ...TOKENS,
      debug: [CLIENT.clientSecret, "key-0123456789", encodeURIComponent("tenant-0123456789")],
    });
    const { json } = await received({ server, call: "refresh", respond, response: { status: 200 } });
    assert.deepEqual(json, { ...TOKENS, debug: [] });
  });
});
