// @ts-check
/** Which options the relay accepts and refuses. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { inspect } from "node:util";
import { tokenRelay } from "storefront-token-client/relay";
import { CLIENT, PAGE } from "./relay-server.js";

const right = { tokenEndpoint: "https://shop.example/oauth2-token", allowedOrigins: [PAGE], ...CLIENT };
const secret = CLIENT.clientSecret;
const limiter = { limit: async () => ({ success: true }) };
const key = () => "";

describe("accepts", () => {
  /** @type {Record<string, object>} */
  const accepted = {
    "the required options alone": {},
    "a server on loopback": { tokenEndpoint: "http://127.0.0.1:8080/token" },
    "a URL": { tokenEndpoint: new URL("https://shop.example/token") },
    "pages on loopback, by name and by address": {
      allowedOrigins: ["http://localhost:3000", "http://shop.localhost", "http://[::1]:1", new URL(PAGE)],
    },
    "an origin with a slash, as browsers show it": { allowedOrigins: [`${PAGE}/`] },
    "a server without clients": { server: "veeam-ahv", clientId: undefined, clientSecret: undefined },
    "a rate limiter and a key": { rateLimiter: limiter, rateLimitKey: key },
    "a rate limiter and a way to learn the caller's address": { rateLimiter: limiter, callerAddress: key },
    "a header for the caller's address": { callerAddress: key, addressHeader: "X-Forwarded-For" },
    "a revocation endpoint": { revocationEndpoint: new URL("https://shop.example/revoke") },
    "further parameters of a sign-in": { signInParameters: ["totp", "captcha_response"] },
    "a guest grant by client credentials at an endpoint for guests": {
      server: { grants: { guest: "client_credentials" }, guestEndpoint: "guests" },
    },
    "an infinite timeout": { timeout: Infinity },
  };
  for (const [name, options] of Object.entries(accepted))
    test(name, () => assert.equal(typeof tokenRelay(/** @type {any} */ ({ ...right, ...options })), "function"));
});

describe("names the option that it refuses", () => {
  const throws = {
    get clientSecret() {
      throw new Error(secret);
    },
  };
  /** @type {[name: string, options: unknown][]} */
  const wrong = [
    ["options", undefined],
    ["options", secret],
    ["options", null],
    ["tokenEndpoint", { tokenEndpoint: undefined }],
    ["tokenEndpoint", { tokenEndpoint: "/token" }],
    ["tokenEndpoint", { tokenEndpoint: 1 }],
    ["tokenEndpoint", { tokenEndpoint: "http://shop.example/token" }],
    ["tokenEndpoint", { tokenEndpoint: "http://localhost.evil.example/token" }],
    ["tokenEndpoint", { tokenEndpoint: "http://127.evil.example/token" }],
    ["tokenEndpoint", { tokenEndpoint: "https://shop:password@shop.example/token" }],
    ["tokenEndpoint", { tokenEndpoint: "https://shop.example/token#here" }],
    ["tokenEndpoint", { tokenEndpoint: "file:///token" }],
    ["server", { server: "none" }],
    ["server", { server: ["oro"] }],
    ["server", { server: { extends: "none" } }],
    ["server.names.nothing", { server: { names: { nothing: "a" } } }],
    ["clientId", { clientId: undefined }],
    ["clientId", { clientId: "" }],
    ["clientId", { server: "veeam-ahv", clientSecret: undefined }],
    ["clientSecret", { clientSecret: undefined }],
    ["clientSecret", { clientSecret: "" }],
    ["clientSecret", { clientSecret: { secret } }],
    ["clientSecret", throws],
    ["clientSecret", { server: "veeam-ahv", clientId: undefined }],
    ["allowedOrigins", { allowedOrigins: undefined }],
    ["allowedOrigins", { allowedOrigins: PAGE }],
    ["allowedOrigins", { allowedOrigins: [] }],
    ["allowedOrigins", { allowedOrigins: ["*"] }],
    ["allowedOrigins", { allowedOrigins: ["null"] }],
    ["allowedOrigins", { allowedOrigins: [null] }],
    ["allowedOrigins", { allowedOrigins: ["https://*.shop.example"] }],
    ["allowedOrigins", { allowedOrigins: ["https://*.shop.example/shop"] }],
    ["allowedOrigins", { allowedOrigins: [`${PAGE}/shop`] }],
    ["allowedOrigins", { allowedOrigins: [`${PAGE}?a`] }],
    ["allowedOrigins", { allowedOrigins: ["http://www.shop.example"] }],
    ["rateLimiter", { rateLimiter: {}, rateLimitKey: key }],
    ["rateLimiter", { rateLimiter: () => {}, rateLimitKey: key }],
    ["rateLimitKey", { rateLimiter: limiter }],
    ["rateLimitKey", { rateLimiter: limiter, rateLimitKey: "ip" }],
    ["callerAddress", { callerAddress: "192.0.2.1" }],
    ["callerAddress", { addressHeader: "X-Forwarded-For" }],
    ["addressHeader", { callerAddress: key, addressHeader: "" }],
    ["addressHeader", { callerAddress: key, addressHeader: "a: b" }],
    ["addressHeader", { callerAddress: key, addressHeader: "Authorization" }],
    ["addressHeader", { callerAddress: key, addressHeader: "Content-Type" }],
    ["addressHeader", { callerAddress: key, addressHeader: "Host" }],
    ["revocationEndpoint", { revocationEndpoint: "/revoke" }],
    ["revocationEndpoint", { revocationEndpoint: "http://shop.example/revoke" }],
    ["revocationEndpoint", { revocationEndpoint: "https://shop:password@shop.example/revoke" }],
    ["signInParameters", { signInParameters: "totp" }],
    ["signInParameters", { signInParameters: [""] }],
    ["signInParameters", { signInParameters: [1] }],
    ["signInParameters", { signInParameters: ["grant_type"] }],
    ["signInParameters", { signInParameters: ["totp", "client_id"] }],
    ["signInParameters", { signInParameters: ["client_assertion"] }],
    ["signInParameters", { signInParameters: ["audience"] }],
    ["signInParameters", { signInParameters: ["kind"], server: { names: { grant_type: "kind" } } }],
    ["signInParameters", { signInParameters: ["realm"], server: { parameters: { realm: "shop" } } }],
    ["server.grants.password", { server: { grants: { password: "client_credentials" } } }],
    ["server.grants.refresh_token", { server: { grants: { refresh_token: "client_credentials" } } }],
    ["server.guestEndpoint", { server: { grants: { guest: "client_credentials" } } }],
    ["server.guestEndpoint", { server: { grants: { guest: "client_credentials" }, guestEndpoint: "oauth2-token?a" } }],
    ["server.guestEndpoint", { server: { extends: "commercetools", guestEndpoint: "/token", refreshEndpoint: "/token" } }],
    ["timeout must be a positive number", { timeout: 0 }],
    ["timeout", { timeout: "1" }],
    ["timeout", { timeout: NaN }],
    ["fetch", { fetch: "fetch" }],
    ["maxBodySize", { maxBodySize: 1 }],
  ];
  for (const [name, options] of wrong)
    test(`${name} in ${inspect(options)}`, () => {
      const given =
        typeof options === "object" && options
          ? Object.defineProperties({ ...right }, Object.getOwnPropertyDescriptors(options))
          : options;
      assert.throws(
        () => tokenRelay(/** @type {any} */ (given)),
        (error) =>
          error instanceof TypeError &&
          `${error.message} `.startsWith(`tokenRelay: ${name} `) &&
          !error.stack?.includes(secret),
      );
    });
});

describe("the error names the option that makes another one required:", () => {
  for (const [name, needed, options] of /** @type {const} */ ([
    ["rateLimiter", "rateLimitKey or callerAddress", { rateLimiter: limiter }],
    ["addressHeader", "callerAddress", { addressHeader: "X-Forwarded-For" }],
  ]))
    test(name, () => {
      const message = `tokenRelay: ${needed} is required with ${name}, outside of Cloudflare Workers`;
      assert.throws(() => tokenRelay({ ...right, ...options }), { name: "TypeError", message });
    });
});
