// @ts-check
/** What the relay refuses costs nobody his session, and is no wrong password: as a `TokenClient` takes it. */
import assert from "node:assert/strict";
import { after, before, describe, mock, test } from "node:test";
import { TokenClient } from "storefront-token-client";
import { tokenRelay } from "storefront-token-client/relay";
import { clients, startStorefront } from "../../www/storefront/index.js";
import { memory, rejection } from "../support/assertions.js";
import { listed, put } from "../storefront/caller.js";
import { PAGE } from "./relay.js";

/** @typedef {import("./relay.js").Options} Options */
/** @typedef {{ url: string, init: any }} Sent */
/** @typedef {{ code: string, spoil?: (sent: Sent) => void, options?: Partial<Options>, seconds?: number }} Way */

const body =
  (/** @type {(body: string) => string} */ change) =>
  (/** @type {Sent} */ { init }) =>
    void (init.body = change(init.body));
const header =
  (/** @type {string} */ name, /** @type {string} */ value) =>
  (/** @type {Sent} */ { init }) =>
    void (init.headers[name] = value);
const server = (/** @type {() => Promise<Response>} */ fetch) => ({ fetch });
const html = (/** @type {number} */ status, headers = {}) =>
  server(async () => new Response(status === 204 ? null : "<h1>Hotel</h1>", { status, headers }));
const limiter = (/** @type {() => Promise<any>} */ limit) => ({ rateLimiter: { limit }, rateLimitKey: () => "" });

/** Each way to be refused, and what it is to the client. @type {Record<string, Way>} */
const ways = {
  "403: of a foreign page": { code: "client_rejected", spoil: header("origin", "https://evil.example") },
  "405: no POST": { code: "client_rejected", spoil: ({ init }) => void (init.method = "PUT") },
  "415: of another type": { code: "client_rejected", spoil: header("content-type", "text/plain") },
  "413: too long": { code: "client_rejected", spoil: body((text) => text.padEnd(20_000, "x")) },
  "400: with a query": { code: "client_rejected", spoil: (sent) => void (sent.url += "?a") },
  "400: with client authentication": { code: "client_rejected", spoil: header("authorization", "Basic eDp5") },
  "400: with another parameter": { code: "client_rejected", spoil: body((text) => `${text}&a=b`) },
  "400: with a parameter twice": { code: "client_rejected", spoil: body((text) => `${text}&${text}`) },
  "400: with an empty parameter": { code: "client_rejected", spoil: body((text) => `${text}&scope=`) },
  "400: with no grant": { code: "client_rejected", spoil: body((text) => text.replace(/grant_?type/i, "scope")) },
  "400: with another grant": {
    code: "client_rejected",
    spoil: body((text) => text.replace(/(grant_?type)=\w+/i, "$1=root")),
  },
  "400: with a parameter missing": {
    code: "client_rejected",
    spoil: body((text) => text.replace(/&(password|refresh_?token)=[^&]+/i, "")),
  },
  "400: with another client": {
    code: "client_rejected",
    spoil: body((text) => `${text.replace(/&client_id=[^&]+/, "")}&client_id=root`),
  },
  "400: cut": {
    code: "client_rejected",
    spoil: ({ init }) => void (init.body = new ReadableStream({ start: (it) => it.error(new Error()) })),
  },
  "400: no UTF-8": { code: "client_rejected", spoil: body((text) => `${text}&a=%ff`) },
  "408: too slowly": {
    code: "server_unavailable",
    spoil: ({ init }) => void (init.body = new ReadableStream()),
    seconds: 10,
  },
  "429: too often": { code: "rate_limited", options: limiter(async () => ({ success: false })) },
  "503: by a limiter that fails": { code: "server_unavailable", options: limiter(() => Promise.reject(new Error())) },
  "429: by the server, in HTML": { code: "rate_limited", options: html(429) },
  "503: by the server, in HTML": { code: "server_unavailable", options: html(503) },
  "502: for the server's HTML": { code: "server_unavailable", options: html(401) },
  "502: for nothing": { code: "server_unavailable", options: html(204) },
  "502: for a redirect": { code: "server_unavailable", options: html(302, { location: "/login" }) },
  "502: for no connection": { code: "server_unavailable", options: server(() => Promise.reject(new TypeError())) },
  "504: for no answer": { code: "server_unavailable", options: { timeout: 1, ...server(() => new Promise(() => {})) } },
};

const DEAD = { error: "invalid_request" };

/** Rules by which what a relay refuses would mean the worst: any of them alone. @type {Options["server"][]} */
const worst = [
  { errors: { login_required: DEAD } },
  { errors: { login_required: [{ error: "unheard_of" }, { status: 400, ...DEAD }] } },
  { errors: { login_required: { contentType: "application/json", ...DEAD } } },
  { errors: { login_required: { status: 400, hint: null } } },
  { names: { error: ["code", "reason"] }, errors: { login_required: DEAD } },
  { names: { error: ["code", "reason"] }, errors: { login_required: { code: "invalid_request" } } },
  { errors: { invalid_credentials: DEAD } },
  { errors: { account_locked: DEAD } },
];

/**
 * Each preset, and profiles whose own words are those that a relay would use.
 * @type {[name: string, double: string, dialect: Options["server"]][]}
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
    "a server that means the worst by what a relay says",
    "oauth2",
    {
      errors: {
        login_required: [
          DEAD,
          { error: "unsupported_grant_type" },
          { error: "invalid_client" },
          { error: "unauthorized_client" },
        ],
        invalid_credentials: [DEAD, { contentType: "application/json", status: 400 }],
        account_locked: { status: 400, hint: null },
      },
    },
  ],
  ...worst.map(
    (profile) => /** @type {[string, string, Options["server"]]} */ ([JSON.stringify(profile), "oauth2", profile]),
  ),
];

/** A user who has signed in through a relay, and the clients that go on with his session. */
class Shopper {
  kept = memory();

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

  /** A client whose requests are spoilt on their way. @param {Partial<Way>} [way] */
  open({ spoil = () => {}, options } = {}) {
    const relay = tokenRelay({ ...this.relay, ...options });
    const page = async (/** @type {any} */ url, /** @type {any} */ { signal, ...init }) => {
      const sent = { url: String(url), init: { ...init, headers: { ...init.headers, origin: PAGE }, duplex: "half" } };
      spoil(sent);
      return relay(new Request(sent.url, sent.init));
    };
    return new TokenClient({ ...this.client, storage: this.kept, storageKey: "shop", fetch: page });
  }
}

/**
 * A promise's error, after so many seconds of a clock that stands.
 * @param {number} seconds
 * @param {Promise<unknown>} promise
 */
async function rejectedAfter(seconds, promise) {
  const error = rejection(promise);
  // What is under way gets as far as it can without time.
  for (let turn = 0; turn < 100; turn += 1) await new Promise(setImmediate);
  mock.timers.tick(seconds * 1000);
  return error;
}

for (const [name, double, dialect] of dialects)
  describe(name, () => {
    /** @type {Shopper} */
    let shopper;
    /** @type {import("storefront-token-client").Session} */
    let session;
    before(async () => {
      shopper = new Shopper(await startStorefront({ server: double }), dialect);
      const auth = shopper.open();
      session = await auth.signIn(shopper.user);
      auth.dispose();
    });
    after(() => shopper.shop.close());

    for (const [refusal, { code, seconds, ...way }] of Object.entries(ways))
      test(refusal, async () => {
        if (seconds) mock.timers.enable({ apis: ["setTimeout"] });
        const rejected = seconds ? rejectedAfter.bind(undefined, seconds) : rejection;
        // What would mislead is not said in JSON.
        const due = typeof dialect === "object" && code === "client_rejected" ? [code, "invalid_answer"] : [code];
        const record = shopper.kept.entries();
        /** @type {((auth: TokenClient) => Promise<unknown>)[]} */
        const calls = [(auth) => auth.getAccessToken({ forceRefresh: true }), (auth) => auth.signIn(shopper.user)];
        for (const call of calls) {
          const auth = shopper.open(way);
          await auth.getSession();
          const error = await rejected(call(auth));
          assert.ok(due.includes(error.code), error);
          assert.equal(error.status, Number(refusal.slice(0, 3)));
          assert.deepEqual(auth.session, session);
          auth.dispose();
        }
        assert.deepEqual(shopper.kept.entries(), record);
        mock.timers.reset();
      });

    test("and after all that it is refreshed", async () => {
      const auth = shopper.open();
      assert.equal(typeof (await auth.getAccessToken({ forceRefresh: true })), "string");
      assert.equal(auth.session?.id, session.id);
      auth.dispose();
    });
  });

test("a visitor's list comes along when he signs in through the relay", async (context) => {
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
