// @ts-check
/** The behaviour of servers that were run: one row for each configuration. The files of www/storefront/servers name the versions. */
import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { clients, users } from "../../www/storefront/index.js";
import { callApi, inBody, isValid, passwordGrant, received, refreshGrant, send, start, wrongSecret } from "./server-caller.js";

/** @typedef {import("./server-caller.js").Received} Received */
/** @typedef {import("../../www/storefront/index.js").Storefront} Storefront */
/** @typedef {[status: number, error: string | null, description?: string]} Outcome  null: no JSON */

/**
 * @typedef {object} Row
 * @property {string} server
 * @property {Record<string, unknown>} [mode]
 * @property {Outcome} revoked        a refresh token that was revoked
 * @property {Outcome} unknown        a refresh token that the server does not know
 * @property {Outcome} password       a wrong password
 * @property {Outcome} secret         a wrong secret at a sign-in
 * @property {Outcome} disabled       a refresh of a disabled user; `[200]`: the server does not check
 * @property {"new" | "same" | "none"} refreshToken  in the refresh response
 * @property {boolean} oldAccess      whether the old access token stays valid at a refresh
 * @property {boolean} oldRefresh     whether the old refresh token stays valid at a refresh
 */

const GRANT = /** @type {Outcome} */ ([400, "invalid_grant"]);
const REQUEST = /** @type {Outcome} */ ([400, "invalid_request"]);
const CLIENT = /** @type {Outcome} */ ([401, "invalid_client"]);
const LEAGUE = "The refresh token is invalid.";
const ROTATES = /** @type {const} */ ({ refreshToken: "new", oldAccess: false, oldRefresh: false });

/** @type {Omit<Row, "revoked" | "unknown">} */
const jmondi = { server: "jmondi", password: GRANT, secret: CLIENT, disabled: [200, null], ...ROTATES };

/** @type {Row[]} */
const rows = [
  {
    server: "league",
    revoked: [400, "invalid_grant", LEAGUE],
    unknown: [400, "invalid_grant", LEAGUE],
    password: [400, "invalid_grant", "The user credentials were incorrect."],
    secret: CLIENT,
    disabled: [200, null],
    ...ROTATES,
  },
  {
    server: "league",
    mode: { version: "8" },
    revoked: [401, "invalid_request", LEAGUE],
    unknown: [401, "invalid_request", LEAGUE],
    password: [400, "invalid_grant", "The user credentials were incorrect."],
    secret: CLIENT,
    disabled: [200, null],
    ...ROTATES,
  },
  {
    server: "doorkeeper",
    revoked: GRANT,
    unknown: GRANT,
    password: GRANT,
    secret: CLIENT,
    disabled: [200, null],
    refreshToken: "new",
    oldAccess: true,
    oldRefresh: true,
  },
  {
    server: "doorkeeper",
    mode: { previousRefreshToken: false },
    revoked: GRANT,
    unknown: GRANT,
    password: GRANT,
    secret: CLIENT,
    disabled: [200, null],
    ...ROTATES,
  },
  {
    server: "lemonldap",
    revoked: REQUEST,
    unknown: REQUEST,
    password: GRANT,
    secret: CLIENT,
    disabled: REQUEST,
    refreshToken: "none",
    oldAccess: true,
    oldRefresh: true,
  },
  {
    server: "glewlwyd",
    revoked: [400, null],
    unknown: [400, null],
    password: [403, null],
    secret: [400, null],
    disabled: [403, null],
    refreshToken: "none",
    oldAccess: true,
    oldRefresh: true,
  },
  {
    server: "glewlwyd",
    mode: { oneUse: true },
    revoked: [400, null],
    unknown: [400, null],
    password: [403, null],
    secret: [400, null],
    disabled: [403, null],
    refreshToken: "new",
    oldAccess: true,
    oldRefresh: false,
  },
  {
    server: "canaille",
    revoked: GRANT,
    unknown: GRANT,
    password: [400, "invalid_request", "Invalid 'username' or 'password' in request."],
    secret: CLIENT,
    disabled: [400, "invalid_request", "There is no 'user' for this token."],
    ...ROTATES,
  },
  { ...jmondi, revoked: [400, "invalid_request", "Token has been revoked"], unknown: REQUEST },
  { ...jmondi, mode: { deletedRows: true }, revoked: [500, "server_error"], unknown: REQUEST },
  {
    ...jmondi,
    mode: { opaqueRefreshTokens: true },
    revoked: [400, "invalid_request", "Token has expired"],
    unknown: [500, "server_error"],
  },
  {
    server: "oidc-provider",
    revoked: GRANT,
    unknown: GRANT,
    password: GRANT,
    secret: CLIENT,
    disabled: GRANT,
    refreshToken: "same",
    oldAccess: true,
    oldRefresh: true,
  },
  {
    server: "oauth2orize",
    revoked: [403, "invalid_grant"],
    unknown: [403, "invalid_grant"],
    password: [403, "invalid_grant"],
    secret: [401, null],
    disabled: [403, "invalid_grant"],
    refreshToken: "new",
    oldAccess: true,
    oldRefresh: false,
  },
  {
    server: "mojolicious",
    revoked: GRANT,
    unknown: GRANT,
    password: GRANT,
    secret: GRANT,
    disabled: GRANT,
    refreshToken: "new",
    oldAccess: true,
    oldRefresh: true,
  },
];

/** @param {Storefront} shop @param {Record<string, string>} parameters */
const post = (shop, parameters, client = clients.confidential) =>
  send(shop, { parameters: { ...parameters, ...inBody(client) } });

/** @param {Storefront} shop */
const signIn = async (shop) => (await post(shop, { ...passwordGrant(), scope: "openid" })).json;

/** @param {Storefront} shop @param {any} tokens */
const refresh = (shop, tokens) => post(shop, refreshGrant(tokens));

/** @param {Received} response @param {Outcome} expected */
function assertOutcome({ status, json, text }, [expectedStatus, error, description]) {
  assert.deepEqual([status, json?.error ?? null], [expectedStatus, error], text);
  if (description !== undefined) assert.equal(json.error_description, description);
}

for (const { server, mode = {}, ...row } of rows) {
  suite(`${server} ${JSON.stringify(mode)}`, () => {
    test("refuses a refresh token that was revoked, and one that it does not know", async (t) => {
      const { shop } = await start(t, server, mode);
      const tokens = await signIn(shop);
      shop.revoke({ refreshTokens: true });
      assertOutcome(await refresh(shop, tokens), row.revoked);
      assertOutcome(await refresh(shop, { refresh_token: "unknown" }), row.unknown);
    });

    test("refuses a wrong password and a wrong secret", async (t) => {
      const { shop } = await start(t, server, mode);
      const wrongPassword = { ...passwordGrant({ ...users.alice, password: "wrong" }), scope: "openid" };
      assertOutcome(await post(shop, wrongPassword), row.password);
      assertOutcome(await post(shop, { ...passwordGrant(), scope: "openid" }, wrongSecret), row.secret);
    });

    test(`${row.disabled[0] === 200 ? "refreshes" : "does not refresh"} for a disabled user`, async (t) => {
      const { shop } = await start(t, server, mode);
      const tokens = await signIn(shop);
      shop.set({ disabledUsers: [users.alice.username] });
      assertOutcome(await refresh(shop, tokens), row.disabled);
    });

    const kept = (/** @type {boolean} */ isKept) => (isKept ? "valid" : "invalid");
    const issued = { new: "a new", same: "the same", none: "no" }[row.refreshToken];
    test(`issues ${issued} refresh token at a refresh, which leaves the old access token ${kept(row.oldAccess)} and the old refresh token ${kept(row.oldRefresh)}`, async (t) => {
      const { shop } = await start(t, server, mode);
      const old = await signIn(shop);
      const { status, json: fresh } = await refresh(shop, old);
      assert.equal(status, 200);
      const { refresh_token: token } = fresh;
      const kind = token === undefined ? "none" : token === old.refresh_token ? "same" : "new";
      assert.equal(kind, row.refreshToken);
      assert.equal(await isValid(shop, old.access_token), row.oldAccess);
      assert.equal((await refresh(shop, old)).status === 200, row.oldRefresh);
    });
  });
}

test("doorkeeper: the old tokens are valid until the new access token is used", async (t) => {
  const { shop } = await start(t, "doorkeeper");
  const old = await signIn(shop);
  const { json: fresh } = await refresh(shop, old);
  assert.equal((await refresh(shop, old)).status, 200);
  assert.equal(await isValid(shop, fresh.access_token), true);
  assert.equal(await isValid(shop, old.access_token), false);
  assert.equal((await refresh(shop, old)).status, 400);
  assert.equal((await refresh(shop, fresh)).status, 200);
});

suite("a second use of a refresh token that may be used once", () => {
  /** @type {[server: string, mode: object, refreshes: boolean, access: boolean][]} */
  const effects = [
    ["glewlwyd", { oneUse: true }, false, true],
    ["oidc-provider", { client: "public" }, false, false],
    ["league", {}, true, true],
    ["oauth2orize", {}, true, true],
  ];
  for (const [server, mode, refreshes, access] of effects) {
    test(`${server}: the newest refresh token is ${refreshes ? "valid" : "revoked"}, its access token ${access ? "valid" : "revoked"}`, async (t) => {
      const { shop } = await start(t, server, /** @type {any} */ (mode));
      const client = server === "oidc-provider" ? clients.storefront : clients.confidential;
      const sent = (/** @type {Record<string, string>} */ parameters) => post(shop, parameters, client);
      const { json: old } = await sent({ ...passwordGrant(), scope: "openid" });
      const { json: fresh } = await sent(refreshGrant(old));
      assert.ok((await sent(refreshGrant(old))).status >= 400);
      assert.equal(await isValid(shop, fresh.access_token), access);
      assert.equal((await sent(refreshGrant(fresh))).status === 200, refreshes);
    });
  }
});

test("glewlwyd: a refresh with a wrong secret uses the refresh token up", async (t) => {
  const { shop } = await start(t, "glewlwyd", { oneUse: true });
  const tokens = await signIn(shop);
  assert.deepEqual(received(await post(shop, refreshGrant(tokens), wrongSecret), "content-type"), [400, "", null]);
  assert.equal((await refresh(shop, tokens)).status, 400);
});

test("canaille: the refresh token expires with its access token", async (t) => {
  const { shop, clock } = await start(t, "canaille");
  const { json: tokens } = await refresh(shop, await signIn(shop));
  assert.equal(tokens.expires_in, 3600);
  clock.advance(3600);
  assertOutcome(await refresh(shop, tokens), GRANT);
});

test("canaille: a second sign-in of a user in the same second is a 500 with oneTokenPerSecond", async (t) => {
  const { shop, clock } = await start(t, "canaille", { oneTokenPerSecond: true });
  await signIn(shop);
  assertOutcome(await post(shop, passwordGrant()), [500, "internal_server_error"]);
  clock.advance(1);
  assert.equal((await post(shop, passwordGrant())).status, 200);
});

test("lemonldap: a refresh session without its SSO session is the usual invalid_grant", async (t) => {
  const { shop } = await start(t, "lemonldap", { refreshSession: "kept" });
  const tokens = await signIn(shop);
  shop.revoke({ refreshTokens: true });
  assertOutcome(await refresh(shop, tokens), GRANT);
});

test("lemonldap and glewlwyd refuse a sign-in without a scope", async (t) => {
  const lemonldap = await start(t, "lemonldap");
  assertOutcome(await post(lemonldap.shop, passwordGrant()), [400, "invalid_scope"]);
  const glewlwyd = await start(t, "glewlwyd");
  assertOutcome(await post(glewlwyd.shop, passwordGrant()), [400, null]);
});

test("oauth2orize: passport refuses a client as text without a content type", async (t) => {
  const { shop } = await start(t, "oauth2orize");
  const response = await post(shop, passwordGrant(), wrongSecret);
  assert.deepEqual(received(response, "content-type", "www-authenticate"), [401, "Unauthorized", null, 'Basic realm="Users"']);
  assert.equal((await callApi(shop, "unknown")).status, 401);
});

suite("a secret with special characters in the header", () => {
  const { awkward } = clients;
  const encoded = new URLSearchParams([["", awkward.secret]]).toString().slice(1);
  /** @type {[server: string, raw: number, encoded: number][]} */
  const effects = [
    ["oidc-provider", 400, 200],
    ["league", 200, 401],
    ["doorkeeper", 200, 401],
    ["lemonldap", 401, 401],
    ["jmondi", 401, 401],
    ["oauth2orize", 401, 401],
    ["mojolicious", 400, 400],
  ];
  for (const [server, raw, formEncoded] of effects) {
    test(`${server}: ${raw} raw, ${formEncoded} form-encoded`, async (t) => {
      const { shop } = await start(t, server);
      const attempt = async (/** @type {string} */ secret) => {
        const Authorization = `Basic ${Buffer.from(`${awkward.id}:${secret}`).toString("base64")}`;
        return (await send(shop, { parameters: { ...passwordGrant(), scope: "openid" }, headers: { Authorization } })).status;
      };
      assert.deepEqual([await attempt(awkward.secret), await attempt(encoded)], [raw, formEncoded]);
    });
  }
});
