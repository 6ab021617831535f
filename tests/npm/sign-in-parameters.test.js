// @ts-check
/** A sign-in with more than a user name and a password: additional parameters, and servers with a second factor. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { inspect } from "node:util";
import { TokenClient } from "storefront-token-client";
import { tokenRelay } from "storefront-token-client/relay";
import { memory, rejection } from "../support/assertions.js";

const TOKEN_ENDPOINT = "https://shop.example/token";
const PAGE = "https://www.shop.example";
const USER = { username: "amanda", password: "pass word" };
const TOKENS = { access_token: "access", refresh_token: "refresh", token_type: "Bearer", expires_in: 3600 };

/**
 * A client, and the bodies that its server received.
 * @param {any} [options]
 * @param {(body: string) => Response} [respond]
 */
function open(options, respond = () => Response.json(TOKENS)) {
  /** @type {string[]} */
  const bodies = [];
  const storage = memory();
  const fetch = async (/** @type {unknown} */ _, /** @type {RequestInit} */ { body }) => {
    bodies.push(String(body));
    return respond(String(body));
  };
  const auth = new TokenClient({ tokenEndpoint: TOKEN_ENDPOINT, storage, fetch, ...options });
  return { auth, bodies, storage };
}

const form = (/** @type {Record<string, string>} */ parameters) => new URLSearchParams(parameters).toString();

describe("parameters of a sign-in", () => {
  test("are sent with the password grant, and with no other request", async () => {
    const { auth, bodies } = open({ clientId: "shop", scope: "cart" });
    await auth.signIn({ ...USER, parameters: { totp: "123 456", tenant: "north" } });
    await auth.getAccessToken({ forceRefresh: true });
    assert.deepEqual(bodies, [
      form({ grant_type: "password", ...USER, scope: "cart", client_id: "shop", totp: "123 456", tenant: "north" }),
      form({ grant_type: "refresh_token", refresh_token: "refresh", client_id: "shop" }),
    ]);
    auth.dispose();
  });

  test("are members of the JSON object that a server expects", async () => {
    const { auth, bodies } = open({ server: { body: "json" } });
    await auth.signIn({ ...USER, parameters: { totp: "123456" } });
    assert.deepEqual(JSON.parse(bodies[0]), { grant_type: "password", ...USER, totp: "123456" });
    auth.dispose();
  });

  test("are not stored", async () => {
    const { auth, storage } = open();
    await auth.signIn({ ...USER, parameters: { totp: "one-time-password" } });
    assert.ok(storage.entries().length > 0 && !JSON.stringify(storage.entries()).includes("one-time"));
    auth.dispose();
  });

  test("appear in no error, also if the server repeats them", async () => {
    const { auth } = open({}, () =>
      Response.json({ error: "invalid_grant", error_description: "Not 123456" }, { status: 400 }),
    );
    const error = await rejection(auth.signIn({ ...USER, parameters: { totp: "123456" } }));
    assert.equal(error.code, "invalid_credentials");
    assert.ok(!inspect(error, { showHidden: true }).includes("123456"));
    auth.dispose();
  });

  test("may be called token, and the request is no revocation all the same", async () => {
    /** @type {unknown[]} */
    const kept = [];
    const auth = new TokenClient({
      tokenEndpoint: TOKEN_ENDPOINT,
      revocationEndpoint: `${TOKEN_ENDPOINT}/revoke`,
      fetch: async (_, init) => (kept.push(init?.keepalive), Response.json(TOKENS)),
    });
    await auth.signIn({ ...USER, parameters: { token: "123456" } });
    await auth.signOut();
    assert.deepEqual(kept, [false, true]);
    auth.dispose();
  });

  test("do not reach mergeGuest", async () => {
    /** @type {unknown[]} */
    const merged = [];
    const { auth } = open({ guest: USER, mergeGuest: (/** @type {unknown[]} */ ...args) => merged.push(args) });
    await auth.signInAsGuest();
    await auth.signIn({ ...USER, parameters: { totp: "123456" } });
    assert.deepEqual(merged, [["access", USER]]);
    auth.dispose();
  });

  const GUESTS = {
    "a guest": (/** @type {TokenClient} */ auth) => auth.signInAsGuest(),
    "a guest whose token has expired": (/** @type {TokenClient} */ auth) =>
      auth.adopt(TOKENS, { subject: "guest", issuedAt: Date.now() - 2 * TOKENS.expires_in * 1000 }),
    "no guest yet": async () => {},
  };
  for (const [who, begin] of Object.entries(GUESTS))
    test(`that are refused cause no request and no merge if there is ${who}`, async () => {
      /** @type {unknown[]} */
      const merged = [];
      const { auth, bodies } = open({ guest: USER, mergeGuest: (/** @type {unknown[]} */ ...args) => merged.push(args) });
      await begin(auth);
      const before = bodies.length;
      assert.equal((await rejection(auth.signIn(/** @type {any} */ ({ ...USER, remember: "on" })))).code, "invalid_argument");
      assert.deepEqual([merged, bodies.length], [[], before]);
      auth.dispose();
    });

  test("replace no parameter that the dialect or the profile defines", async () => {
    const server = { names: { username: "email" }, parameters: { realm: "shop" } };
    const { auth, bodies } = open({ server });
    await auth.signIn({ ...USER, parameters: { email: "root", realm: "staff", totp: "1" } });
    assert.equal(
      bodies[0],
      form({ grant_type: "password", email: USER.username, password: USER.password, realm: "shop", totp: "1" }),
    );
    auth.dispose();
  });

  /** @type {[name: string, credentials: unknown][]} */
  const refused = [
    ["captcha", { ...USER, captcha: "c" }],
    ["totp", { ...USER, totp: undefined }],
    ["parameters", { ...USER, parameters: "totp=1" }],
    ["parameters", { ...USER, parameters: new URLSearchParams({ totp: "1" }) }],
    ["parameters", { ...USER, parameters: new Map([["totp", "1"]]) }],
    ["parameters", { ...USER, parameters: ["totp"] }],
    ["parameters.totp", { ...USER, parameters: { totp: 123456 } }],
    ["parameters.totp", { ...USER, parameters: { totp: "" } }],
    ["parameters.grant_type", { ...USER, parameters: { grant_type: "client_credentials" } }],
    ["parameters.username", { ...USER, parameters: { username: "root" } }],
    ["parameters.scope", { ...USER, parameters: { scope: "all" } }],
    ["parameters.client_id", { ...USER, parameters: { client_id: "another" } }],
    ["parameters.client_secret", { ...USER, parameters: { client_secret: "s" } }],
    ["parameters.refresh_token", { ...USER, parameters: { refresh_token: "r" } }],
  ];
  for (const [name, credentials] of refused)
    test(`${inspect(credentials)} is refused and names ${name}`, async () => {
      const { auth, bodies } = open();
      const error = await rejection(auth.signIn(/** @type {any} */ (credentials)));
      assert.equal(error.code, "invalid_argument");
      assert.ok(error.message.includes(`: ${name} `), error.message);
      assert.deepEqual(bodies, []);
      auth.dispose();
    });

  test("that stand beside the password cause an error that says where they belong", async () => {
    const { auth } = open();
    const error = await rejection(auth.signIn(/** @type {any} */ ({ ...USER, totp: "123456" })));
    assert.equal(error.message, "Invalid argument: totp is not one of the credentials; see parameters");
    auth.dispose();
  });

  test("are refused in a guest's credentials", () => {
    const guest = /** @type {any} */ ({ ...USER, parameters: { totp: "1" } });
    assert.throws(() => open({ guest }), { code: "invalid_option", message: /guest\.parameters / });
  });
});

describe("a server that demands a second factor", () => {
  const members = {
    error: "mfa_required",
    error_description: "Multifactor authentication required",
    mfa_token: "mfa-token-of-this-sign-in",
    access_token: "must not be used",
    refresh_token: "nor this",
    challenge: "otp",
    echo: USER.password,
    expires: 300,
  };
  const demand = (status = 403, more = {}) => Response.json({ ...members, ...more }, { status });

  for (const error of ["mfa_required", "two_factor_required", "otp_required"])
    test(`rejects a sign-in with mfa_required if it says ${error}`, async () => {
      const { auth } = open({}, () => demand(403, { error }));
      const problem = await rejection(auth.signIn(USER));
      assert.deepEqual([problem.code, problem.status, problem.error, problem.transient], ["mfa_required", 403, error, false]);
      assert.deepEqual({ ...problem.parameters }, { mfa_token: members.mfa_token, challenge: "otp" });
      assert.equal(auth.session, null);
      auth.dispose();
    });

  test("shows the parameters of the error in no log", async () => {
    const { auth } = open({}, () => demand());
    const problem = await rejection(auth.signIn(USER));
    for (const shown of [JSON.stringify(problem), inspect(problem), String(problem), problem.stack])
      assert.ok(!shown.includes(members.mfa_token));
    auth.dispose();
  });

  test("keeps the previous session, and a refresh is never rejected with mfa_required", async () => {
    let demands = false;
    const { auth } = open({}, () => (demands ? demand() : Response.json(TOKENS)));
    const session = await auth.signIn(USER);
    demands = true;
    assert.equal((await rejection(auth.signIn(USER))).code, "mfa_required");
    const problem = await rejection(auth.getAccessToken({ forceRefresh: true }));
    assert.deepEqual([problem.code, problem.parameters, auth.session], ["client_rejected", undefined, session]);
    auth.dispose();
  });

  test("is recognised by a rule of a profile", async () => {
    const server = { errors: { mfa_required: { error: "invalid_grant", hint: "Second factor" } } };
    const { auth } = open({ server }, () => demand(400, { error: "invalid_grant", hint: "Second factor" }));
    assert.equal((await rejection(auth.signIn(USER))).code, "mfa_required");
    auth.dispose();
  });

  test("is reached through the relay, which forwards the second factor", async () => {
    const fetchOfRelay = async (/** @type {unknown} */ _, /** @type {RequestInit} */ { body }) =>
      new URLSearchParams(String(body)).get("totp") === "123456" ? Response.json(TOKENS) : demand();
    const relay = tokenRelay({
      tokenEndpoint: TOKEN_ENDPOINT,
      clientId: "shop",
      clientSecret: "s3cret",
      allowedOrigins: [PAGE],
      signInParameters: ["totp"],
      fetch: /** @type {typeof fetch} */ (fetchOfRelay),
    });
    const page = async (/** @type {any} */ url, /** @type {any} */ init) =>
      relay(new Request(url, { ...init, headers: { ...init.headers, origin: PAGE } }));
    const auth = new TokenClient({ tokenEndpoint: "https://relay.example/", clientId: "shop", fetch: page });
    const problem = await rejection(auth.signIn(USER));
    assert.deepEqual([problem.code, problem.parameters.mfa_token], ["mfa_required", members.mfa_token]);
    assert.equal((await auth.signIn({ ...USER, parameters: { totp: "123456" } })).subject, "user");
    auth.dispose();
  });
});
