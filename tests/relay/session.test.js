// @ts-check
/** A `TokenClient` takes no error of the relay for the end of its session or for a wrong password. */
import assert from "node:assert/strict";
import { after, before, describe, mock, test } from "node:test";
import { TokenClient } from "storefront-token-client";
import { tokenRelay } from "storefront-token-client/relay";
import { clients, startStorefront } from "../../www/storefront/index.js";
import { memory, rejection } from "../support/assertions.js";
import { listed, put } from "../support/storefront-caller.js";
import { timersSet } from "../support/timers.js";
import { PAGE } from "./relay-server.js";

/** @typedef {import("./relay-server.js").Options} Options */
/** @typedef {{ url: string, init: any }} PageRequest */
/**
 * What makes the relay refuse: an edit of the request, or options of the relay.
 * @typedef {{ code: string, edit?: (request: PageRequest) => void, options?: Partial<Options>, seconds?: number }} Cause
 */

const body =
  (/** @type {(body: string) => string} */ change) =>
  (/** @type {PageRequest} */ { init }) =>
    void (init.body = change(init.body));
const header =
  (/** @type {string} */ name, /** @type {string} */ value) =>
  (/** @type {PageRequest} */ { init }) =>
    void (init.headers[name] = value);
const server = (/** @type {() => Promise<Response>} */ fetch) => ({ fetch });
const html = (/** @type {number} */ status, headers = {}) =>
  server(async () => new Response(status === 204 ? null : "<h1>Hotel</h1>", { status, headers }));
const limiter = (/** @type {() => Promise<any>} */ limit) => ({ rateLimiter: { limit }, rateLimitKey: () => "" });

/** Each error of the relay, with the code that the client gives it. @type {Record<string, Cause>} */
const causes = {
  "403: another origin": { code: "client_rejected", edit: header("origin", "https://evil.example") },
  "405: not a POST": { code: "client_rejected", edit: ({ init }) => void (init.method = "PUT") },
  "415: another content type": { code: "client_rejected", edit: header("content-type", "text/plain") },
  "413: too long a body": { code: "client_rejected", edit: body((text) => text.padEnd(20_000, "x")) },
  "400: a query": { code: "client_rejected", edit: (request) => void (request.url += "?a") },
  "400: client authentication": { code: "client_rejected", edit: header("authorization", "Basic eDp5") },
  "400: an unknown parameter": { code: "client_rejected", edit: body((text) => `${text}&a=b`) },
  "400: a parameter twice": { code: "client_rejected", edit: body((text) => `${text}&${text}`) },
  "400: an empty parameter": { code: "client_rejected", edit: body((text) => `${text}&scope=`) },
  "400: no grant": { code: "client_rejected", edit: body((text) => text.replace(/grant_?type/i, "scope")) },
  "400: an unknown grant": {
    code: "client_rejected",
    edit: body((text) => text.replace(/(grant_?type)=\w+/i, "$1=root")),
  },
  "400: a missing parameter": {
    code: "client_rejected",
    edit: body((text) => text.replace(/&(password|refresh_?token)=[^&]+/i, "")),
  },
  "400: another client": {
    code: "client_rejected",
    edit: body((text) => `${text.replace(/&client_id=[^&]+/, "")}&client_id=root`),
  },
  "400: an incomplete body": {
    code: "client_rejected",
    edit: ({ init }) => void (init.body = new ReadableStream({ start: (it) => it.error(new Error()) })),
  },
  "400: not UTF-8": { code: "client_rejected", edit: body((text) => `${text}&a=%ff`) },
  "408: too slow a body": {
    code: "server_unavailable",
    edit: ({ init }) => void (init.body = new ReadableStream()),
    seconds: 10,
  },
  "429: the rate limit": { code: "rate_limited", options: limiter(async () => ({ success: false })) },
  "503: a rate limiter that fails": { code: "server_unavailable", options: limiter(() => Promise.reject(new Error())) },
  "429: the server's, in HTML": { code: "rate_limited", options: html(429) },
  "503: the server's, in HTML": { code: "server_unavailable", options: html(503) },
  "502: HTML": { code: "server_unavailable", options: html(401) },
  "502: an empty response": { code: "server_unavailable", options: html(204) },
  "502: a redirect": { code: "server_unavailable", options: html(302, { location: "/login" }) },
  "502: no connection": { code: "server_unavailable", options: server(() => Promise.reject(new TypeError())) },
  "504: no response": { code: "server_unavailable", options: { timeout: 1, ...server(() => new Promise(() => {})) } },
};

const REJECTED = { error: "invalid_request" };

/** Profiles by whose rules an error of the relay would end the session or mean a wrong password. @type {Options["server"][]} */
const misleadingProfiles = [
  { errors: { login_required: REJECTED } },
  { errors: { login_required: [{ error: "unheard_of" }, { status: 400, ...REJECTED }] } },
  { errors: { login_required: { contentType: "application/json", ...REJECTED } } },
  { errors: { login_required: { status: 400, hint: null } } },
  { names: { error: ["code", "reason"] }, errors: { login_required: REJECTED } },
  { names: { error: ["code", "reason"] }, errors: { login_required: { code: "invalid_request" } } },
  { errors: { invalid_credentials: REJECTED } },
  { errors: { account_locked: REJECTED } },
];

/**
 * Each preset, and profiles with rules that match the relay's errors.
 * @type {[name: string, imitatedServer: string, dialect: Options["server"]][]}
 */
const dialects = [
  ["oauth2", "oauth2", "oauth2"],
  ["oro", "oro", "oro"],
  ["wso2", "wso2", "wso2"],
  ["bshaffer", "bshaffer", "bshaffer"],
  ["keycloak", "keycloak", "keycloak"],
  ["commercetools", "commercetools", "commercetools"],
  ["veeam-ahv", "veeam-ahv", "veeam-ahv"],
  [
    "a server whose rules match every error of the relay",
    "oauth2",
    {
      errors: {
        login_required: [
          REJECTED,
          { error: "unsupported_grant_type" },
          { error: "invalid_client" },
          { error: "unauthorized_client" },
        ],
        invalid_credentials: [REJECTED, { contentType: "application/json", status: 400 }],
        account_locked: { status: 400, hint: null },
      },
    },
  ],
  ...misleadingProfiles.map(
    (profile) => /** @type {[string, string, Options["server"]]} */ ([JSON.stringify(profile), "oauth2", profile]),
  ),
];

/** A user who signed in through a relay, with clients that continue the session. */
class Shopper {
  storage = memory();

  /** @param {import("../../www/storefront/index.js").Storefront} shop @param {Options["server"]} dialect */
  constructor(shop, dialect) {
    const { confidential } = clients;
    const isRegistered = ["oro", "oauth2"].includes(shop.server);
    const [clientId, clientSecret] = isRegistered
      ? [confidential.id, confidential.secret]
      : [shop.clientId, shop.clientSecret];
    this.shop = shop;
    this.user = { username: shop.username, password: shop.password };
    this.relay = { tokenEndpoint: shop.tokenEndpoint, server: dialect, clientId, clientSecret, allowedOrigins: [PAGE] };
    this.client = {
      tokenEndpoint: `https://edge.example${new URL(shop.tokenEndpoint).pathname}`,
      server: dialect,
      clientId,
    };
  }

  /** A client whose requests the relay refuses for this cause. @param {Partial<Cause>} [cause] */
  open({ edit = () => {}, options } = {}) {
    const relay = tokenRelay({ ...this.relay, ...options });
    const page = async (/** @type {any} */ url, /** @type {any} */ { signal, ...init }) => {
      const request = { url: String(url), init: { ...init, headers: { ...init.headers, origin: PAGE }, duplex: "half" } };
      edit(request);
      return relay(new Request(request.url, request.init));
    };
    return new TokenClient({ ...this.client, storage: this.storage, storageKey: "shop", fetch: page });
  }
}

/**
 * The error of a promise that waits for the end of a timer of so many seconds.
 * @param {number} seconds
 * @param {Promise<unknown>} promise
 */
async function rejectedAfter(seconds, promise) {
  const error = rejection(promise);
  await timersSet(seconds * 1000);
  mock.timers.tick(seconds * 1000);
  return error;
}

for (const [name, imitatedServer, dialect] of dialects)
  describe(name, () => {
    /** @type {Shopper} */
    let shopper;
    /** @type {import("storefront-token-client").Session} */
    let session;
    before(async () => {
      shopper = new Shopper(await startStorefront({ server: imitatedServer }), dialect);
      const auth = shopper.open();
      session = await auth.signIn(shopper.user);
      auth.dispose();
    });
    after(() => shopper.shop.close());

    for (const [name, { code, seconds, ...cause }] of Object.entries(causes))
      test(name, async () => {
        if (seconds) mock.timers.enable({ apis: ["setTimeout"] });
        const rejected = seconds ? rejectedAfter.bind(undefined, seconds) : rejection;
        // The relay sends an error of its own that a rule of the profile would match as a JSON string.
        const expected = typeof dialect === "object" && code === "client_rejected" ? [code, "invalid_answer"] : [code];
        const record = shopper.storage.entries();
        /** @type {((auth: TokenClient) => Promise<unknown>)[]} */
        const calls = [(auth) => auth.getAccessToken({ forceRefresh: true }), (auth) => auth.signIn(shopper.user)];
        for (const call of calls) {
          const auth = shopper.open(cause);
          await auth.getSession();
          const error = await rejected(call(auth));
          assert.ok(expected.includes(error.code), error);
          assert.equal(error.status, Number(name.slice(0, 3)));
          assert.deepEqual(auth.session, session);
          auth.dispose();
        }
        assert.deepEqual(shopper.storage.entries(), record);
        mock.timers.reset();
      });

    test("and the session can still be refreshed", async () => {
      const auth = shopper.open();
      assert.equal(typeof (await auth.getAccessToken({ forceRefresh: true })), "string");
      assert.equal(auth.session?.id, session.id);
      auth.dispose();
    });
  });

test("the shopping list of a guest is kept at a sign-in through the relay", async (context) => {
  const shop = await startStorefront({ server: "oro" });
  context.after(() => shop.close());
  const { id: clientId, secret: clientSecret } = clients.confidential;
  const relay = tokenRelay({
    tokenEndpoint: shop.tokenEndpoint,
    server: "oro",
    clientId,
    clientSecret,
    allowedOrigins: [PAGE],
  });
  const page = async (/** @type {any} */ url, /** @type {any} */ init) =>
    relay(new Request(url, { ...init, headers: { ...init.headers, origin: PAGE } }));
  const auth = new TokenClient({
    tokenEndpoint: "https://edge.example/",
    server: "oro",
    clientId,
    guest: true,
    fetch: page,
  });
  context.after(() => auth.dispose());
  const held = async () => ({ access_token: await auth.getAccessToken() });
  const { json } = await put(shop, await held(), "1", 3);
  const product = json.data.attributes.product.id;
  await auth.getAccessToken({ forceRefresh: true });
  assert.deepEqual([auth.session?.subject, await listed(shop, await held())], ["guest", { [product]: 3 }]);
  assert.equal(
    (await rejection(auth.signIn({ username: shop.username, password: "wrong" }))).code,
    "invalid_credentials",
  );
  await auth.signIn({ username: shop.username, password: shop.password });
  assert.deepEqual([auth.session?.subject, await listed(shop, await held())], ["user", { [product]: 3 }]);
});

test("a sign-out through the relay revokes the refresh token, and is rejected if the server is unavailable", async (context) => {
  /** @type {string[]} */
  const requests = [];
  let status = 200;
  const serve = async (/** @type {any} */ url, /** @type {any} */ { body }) => {
    requests.push(`${new URL(url).pathname} ${body}`);
    const tokens = { access_token: "access", refresh_token: "refresh", token_type: "Bearer", expires_in: 3600 };
    return String(body).startsWith("token=") ? new Response("", { status }) : Response.json(tokens);
  };
  const relay = tokenRelay({
    tokenEndpoint: "https://shop.example/token",
    revocationEndpoint: "https://shop.example/revoke",
    server: "keycloak",
    clientId: "shop",
    clientSecret: "s3cret",
    allowedOrigins: [PAGE],
    fetch: serve,
  });
  const page = async (/** @type {any} */ url, /** @type {any} */ { signal, ...init }) =>
    relay(new Request(url, { ...init, headers: { ...init.headers, origin: PAGE } }));
  const url = "https://edge.example/";
  const auth = new TokenClient({
    ...{ tokenEndpoint: url, revocationEndpoint: url, server: "keycloak", clientId: "shop" },
    ...{ timeout: 500, fetch: page },
  });
  context.after(() => auth.dispose());
  const user = { username: "amanda", password: "secret" };
  await auth.signIn(user);
  await auth.signOut();
  const client = "client_id=shop&client_secret=s3cret";
  assert.equal(requests.at(-1), `/revoke token=refresh&token_type_hint=refresh_token&${client}`);
  await auth.signIn(user);
  status = 503;
  const error = await rejection(auth.signOut());
  assert.deepEqual([error.code, error.status, auth.session], ["server_unavailable", 503, null]);
});
