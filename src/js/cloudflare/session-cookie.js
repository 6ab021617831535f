// @ts-check
import { MAX_AGE, checkSeconds } from "./max-age.js";
import { hasMethods, invalidArgument } from "./invalid-argument.js";

const NAME = "__Host-session";

// RFC 6265 section 4.1.1: a token of RFC 9110.
const TOKEN = /^[\w!#$%&'*+.^`|~-]+$/;

// 128 bits that nobody guesses, and 256 that only who has the secret can make, in lower case.
const ID = /^[0-9a-f]{32}$/;
const SIGNED = /^([0-9a-f]{32})\.([0-9a-f]{64})$/;

const SECRET_LENGTH = 32;

/**
 * The cookie that names a browser's session.
 *
 * @param {import("../entries/cloudflare.js").SessionCookieOptions} [options]
 * @returns {import("../entries/cloudflare.js").SessionCookie}
 */
export function sessionCookie(options = {}) {
  const { secret, name = NAME, maxAge = MAX_AGE } = options;
  if (typeof name !== "string" || !TOKEN.test(name)) invalidArgument("name", "must be a cookie's name");
  checkSeconds(maxAge, "maxAge");
  // One that is given and undefined is missing from the environment.
  const secrets = "secret" in options ? checkSecrets(secret) : undefined;
  const setCookie = (/** @type {string} */ value, /** @type {number} */ age) =>
    `${name}=${value}; Max-Age=${age}; Path=/; Secure; HttpOnly; SameSite=Lax`;
  return {
    async read(request) {
      const value = valueOf(request, name);
      if (value === undefined) return null;
      if (!secrets) return ID.test(value) ? value : null;
      const [, id, signature] = SIGNED.exec(value) ?? [];
      return id && (await isSigned(secrets, name, id, signature)) ? id : null;
    },
    create: () => hex(crypto.getRandomValues(new Uint8Array(16))),
    async header(id) {
      if (typeof id !== "string" || !ID.test(id)) invalidArgument("id", "must be one that create() or read() has given");
      return setCookie(secrets ? `${id}.${await sign(secrets[0], name, id)}` : id, maxAge);
    },
    clear: () => setCookie("", 0),
  };
}

/** @param {unknown} secret */
function checkSecrets(secret) {
  const secrets = [secret].flat();
  const fits = (/** @type {unknown} */ one) => typeof one === "string" && one.length >= SECRET_LENGTH;
  if (secrets.length === 0 || !secrets.every(fits))
    invalidArgument("secret", `must be a string of at least ${SECRET_LENGTH} characters, or an array of them`);
  return /** @type {string[]} */ (secrets);
}

/**
 * The value, if there is one: of two cookies of a name, one is not ours.
 *
 * @param {{ headers: { get(name: string): string | null } }} request
 * @param {string} name
 */
function valueOf(request, name) {
  if (!hasMethods(request?.headers, "get")) invalidArgument("request", "must be a Request");
  const pairs = (request.headers.get("Cookie") ?? "").split(";").map((pair) => pair.trim());
  const [value, ...others] = pairs.filter((pair) => pair.startsWith(`${name}=`));
  return others.length === 0 ? value?.slice(name.length + 1) : undefined;
}

/** @param {string} secret */
function keyOf(secret) {
  const algorithm = { name: "HMAC", hash: "SHA-256" };
  return crypto.subtle.importKey("raw", new TextEncoder().encode(secret), algorithm, false, ["sign", "verify"]);
}

/** What is signed says what for: the secret may have other uses. @param {string} name @param {string} id */
const signedText = (name, id) => new TextEncoder().encode(`${name}=${id}`);

/** @param {string} secret @param {string} name @param {string} id */
async function sign(secret, name, id) {
  return hex(new Uint8Array(await crypto.subtle.sign("HMAC", await keyOf(secret), signedText(name, id))));
}

/** @param {string[]} secrets @param {string} name @param {string} id @param {string} signature */
async function isSigned(secrets, name, id, signature) {
  const bytes = Uint8Array.from(signature.match(/../g) ?? [], (byte) => Number.parseInt(byte, 16));
  for (const secret of secrets)
    if (await crypto.subtle.verify("HMAC", await keyOf(secret), bytes, signedText(name, id))) return true;
  return false;
}

/** @param {Uint8Array} bytes */
function hex(bytes) {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
