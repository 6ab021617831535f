// The hand-written client, which also checks its options as this package does: it reads each option that there is, and
// refuses one of a wrong type and one that it does not know.
import { env } from "cloudflare:workers";
import { serveSessions } from "./sessions.js";
import { Tokens } from "./tokens.js";

const isText = (value) => typeof value === "string" && value !== "";
const isBoolean = (value) => typeof value === "boolean";
const isDuration = (value) => typeof value === "number" && value >= 0;
const isFunction = (value) => typeof value === "function";
const isStorage = ({ getItem, setItem, removeItem }) => [getItem, setItem, removeItem].every(isFunction);

/** The URLs that were checked. A Worker makes a client for each request, with the same URLs. */
const urls = new Set();
const isUrl = (value) => urls.has(value) || (new URL(value).protocol === "https:" || new URL(value).hostname === "127.0.0.1") && !!urls.add(value);

const CHECKS = {
  tokenEndpoint: isUrl,
  revocationEndpoint: isUrl,
  server: isText,
  clientId: isText,
  clientSecret: isText,
  scope: isText,
  guest: isBoolean,
  mergeGuest: isFunction,
  allowedOrigins: (value) => value.every(isUrl),
  refresh: (value) => value === "background" || value === "on-demand",
  refreshLeadTime: isDuration,
  timeout: isDuration,
  storage: isStorage,
  storageKey: isText,
  shareAcrossTabs: isBoolean,
  fetch: isFunction,
  waitUntil: isFunction,
};

class CheckedTokens extends Tokens {
  constructor(options) {
    for (const [name, check] of Object.entries(CHECKS))
      if (options[name] !== undefined && !check(options[name])) throw new TypeError(`${name} is wrong`);
    for (const name of Object.keys(options)) if (!(name in CHECKS)) throw new TypeError(`${name} is unknown`);
    super(options.storage);
  }
}

const options = { tokenEndpoint: env.TOKEN_ENDPOINT, server: "oro", clientId: env.CLIENT_ID, guest: true };

export default serveSessions({
  start: (storage) => new CheckedTokens({ ...options, storage }),
  token: (tokens) => tokens.get(),
  end: () => {},
  memory: () => 0,
});
