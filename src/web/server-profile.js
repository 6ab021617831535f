// @ts-check
// A server profile of the application's, written in the lines that src/core/server/mod.rs describes.

import { invalid, isFunction, isObject, isServer } from "./validation.js";

/** The grammar of a line. An error rule must name more than a status, which alone proves nothing. */
const LINE = new RegExp(
  "^(body (form|json)" +
    "|clientAuthentication (none|client_secret_(post|basic(_raw)?))" +
    "|clientId (required|optional)" +
    "|(refresh|guest)Endpoint /.*" +
    "|names (grant_type|username|password|client_(id|secret)|(access|refresh)_token|token_type|(refresh_)?expires_in|scope|error(_description|_uri)?|hint) \\S+" +
    "|grants (password|refresh_token|guest) \\S+" +
    "|guest (username|password) .+" +
    "|guestTokenParameter \\S+" +
    "|parameters \\S+ .*" +
    "|headers [\\w-]+ [ -~]+" +
    "|errors (login_required|account_locked|mfa_required|invalid_credentials|client_rejected|server_unavailable) " +
    "(?!status=\\d+$)[^=\t\n]+=.*)$",
);

/**
 * The name of a preset, followed by the lines of the application's profile.
 * @param {any} given the name of a preset, or a profile
 * @param {import("./validation.js").Address} endpoint the token endpoint
 */
export function profileLines(given, endpoint) {
  if (!isObject(given)) return given;
  const { extends: base = "oauth2", ...own } = plainCopy(given);
  if (!isServer(base)) invalid("server.extends", "must be the name of a built-in profile");
  return [base, ...linesOf(own, "", endpoint)].join("\n");
}

/**
 * A copy that the application cannot change later, and that inherits nothing. URLs become strings. Functions become true,
 * which fits nowhere.
 * @param {object} given
 */
function plainCopy(given) {
  try {
    const copy = JSON.parse(JSON.stringify(given, (_, value) => isFunction(value) || value));
    return Object.assign(Object.create(null), copy);
  } catch {
    return invalid("server", "cannot be read");
  }
}

/**
 * @param {any} value
 * @param {string} path the names that lead to `value`, each followed by a space
 * @param {import("./validation.js").Address} endpoint
 * @returns {string[]}
 */
function linesOf(value, path, endpoint) {
  if (Array.isArray(value)) return value.flatMap((item) => linesOf(item, path, endpoint));
  const pairs = Object.entries(isObject(value) && value ? value : {});
  const isRule = /^errors \w+ $/.test(path);
  if (isObject(value) && !isRule) return pairs.flatMap(([name, inner]) => linesOf(inner, `${path}${name} `, endpoint));
  // Null means that the member is absent. Tabs separate conditions, so a condition must not contain a tab. A tab is replaced by
  // a line break here, and LINE then refuses the line.
  const condition = (/** @type {[string, unknown]} */ [name, inner]) => `${name}=${conditionOf(inner)}`.replace(/\t/, "\n");
  const text = isRule ? pairs.map(condition).join("\t") : value;
  const start = path.replace(/^headers .*/, (header) => header.toLowerCase());
  const line = start + (/^\w+Endpoint /.test(path) ? pathOf(text, endpoint) : text);
  // A name that contains a space would read as a shorter name and a value.
  if (typeof text !== "string" || / .* .* /.test(path) || !LINE.test(line))
    invalid(`server.${path.trim().replace(" ", ".")}`, isRule && LINE.test(`${line}\tx=`) ? "must have more than a status" : "is unknown or has an unusable value");
  return [line];
}

/** What a rule says of a member: a text, a whole number or nothing. A line break, for anything else, fits no line. @param {any} value */
const conditionOf = (value) => (typeof (value ??= "") === "string" || value === value >>> 0 ? value : "\n");

/**
 * The path of an endpoint of the token endpoint's origin, or an empty string for any other.
 * @param {string} text
 * @param {import("./validation.js").Address} endpoint
 */
function pathOf(text, { href, origin }) {
  try {
    const url = new URL(text, href).href;
    return url.startsWith(`${origin}/`) ? url.slice(origin.length) : "";
  } catch {
    return "";
  }
}
