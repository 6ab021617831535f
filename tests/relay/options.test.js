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
    ["allowedOrigins", { allowedOrigins: ["https://*.shop.example/shop"] }],
    ["allowedOrigins", { allowedOrigins: [`${PAGE}/shop`] }],
    ["allowedOrigins", { allowedOrigins: [`${PAGE}?a`] }],
    ["allowedOrigins", { allowedOrigins: ["http://www.shop.example"] }],
    ["rateLimiter", { rateLimiter: {}, rateLimitKey: key }],
    ["rateLimiter", { rateLimiter: () => {}, rateLimitKey: key }],
    ["rateLimitKey", { rateLimiter: limiter }],
    ["rateLimitKey", { rateLimiter: limiter, rateLimitKey: "ip" }],
    ["timeout", { timeout: 0 }],
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
          error.message.startsWith(`tokenRelay: ${name} `) &&
          !error.stack?.includes(secret),
      );
    });
});
