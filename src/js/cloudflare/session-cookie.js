// @ts-check
import { hex } from "./hex.js";
import { hasMethods, invalidArgument } from "./invalid-argument.js";
import { MAX_AGE, checkSeconds } from "./max-age.js";

const NAME = "__Host-session";

// RFC 6265 section 4.1.1: a token of RFC 9110.
const TOKEN = /^[\w!#$%&'*+.^`|~-]+$/;

// An id of 128 random bits, and a signature of 256 bits, in lower case.
const ID = /^[0-9a-f]{32}$/;
const SIGNED = /^([0-9a-f]{32})\.([0-9a-f]{64})$/;

const SECRET_LENGTH = 32;

/**
 * The cookie that names a browser's session, and the one of guests.
 *
 * @param {import("../entries/server.js").SessionCookieOptions} [options]
 * @returns {import("../entries/server.js").SessionCookie}
 */
export function sessionCookie(options = {}) {
  const { secret, name = NAME, maxAge = MAX_AGE } = options;
  if (typeof name !== "string" || !TOKEN.test(name)) invalidArgument("name", "must be a cookie's name");
  checkSeconds(maxAge, "maxAge");
  // A secret that is given as undefined is missing from the environment.
  const secrets = "secret" in options ? checkSecrets(secret) : undefined;
  return { ...cookieOf(name, secrets, maxAge), guest: cookieOf(`${name}-guest`, secrets, maxAge) };
}

/** @param {string} name @param {string[] | undefined} secrets @param {number} maxAge @returns {import("../entries/server.js").NamedCookie} */
function cookieOf(name, secrets, maxAge) {
  const setCookie = (/** @type {string} */ value, /** @type {number} */ age) =>
    `${name}=${value}; Max-Age=${age}; Path=/; Secure; HttpOnly; SameSite=Lax`;
  return {
    async read(request) {
      // Another site of the same domain may have set a second cookie of this name, with a value of its own.
      for (const value of valuesOf(request, name)) {
        const id = secrets ? await verify(secrets, name, value) : ID.test(value) && value;
        if (id) return id;
      }
      return null;
    },
    create: () => hex(crypto.getRandomValues(new Uint8Array(16))),
    async header(id) {
      if (typeof id !== "string" || !ID.test(id)) invalidArgument("id", "must be an id from create() or read()");
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
 * The values of the cookies with this name.
 *
 * @param {import("../entries/server.js").BrowserRequest} request
 * @param {string} name
 */
function valuesOf(request, name) {
  const pairs = cookiesOf(request).split(";").map((pair) => pair.trim());
  return pairs.filter((pair) => pair.startsWith(`${name}=`)).map((pair) => pair.slice(name.length + 1));
}

/** The header of a `Request`, or of a request of Node's http module. @param {any} request @returns {string} */
function cookiesOf(request) {
  const { headers } = request ?? {};
  if (hasMethods(headers, "get")) return headers.get("Cookie") ?? "";
  // Node gives each request an object without methods.
  if (typeof headers !== "object" || headers === null || !("httpVersion" in request)) invalidArgument("request", "must be a Request, or a request of Node");
  return headers.cookie ?? "";
}

/** @param {string} secret */
function keyOf(secret) {
  const algorithm = { name: "HMAC", hash: "SHA-256" };
  return crypto.subtle.importKey("raw", new TextEncoder().encode(secret), algorithm, false, ["sign", "verify"]);
}

/** The name is signed too: the secret may sign cookies of other names. @param {string} name @param {string} id */
const signedText = (name, id) => new TextEncoder().encode(`${name}=${id}`);

/** @param {string} secret @param {string} name @param {string} id */
async function sign(secret, name, id) {
  return hex(new Uint8Array(await crypto.subtle.sign("HMAC", await keyOf(secret), signedText(name, id))));
}

/**
 * The id in a signed value; undefined if none of the secrets has signed it.
 *
 * @param {string[]} secrets
 * @param {string} name
 * @param {string} value
 */
async function verify(secrets, name, value) {
  const [, id = "", signature = ""] = SIGNED.exec(value) ?? [];
  const bytes = Uint8Array.from(signature.match(/../g) ?? [], (byte) => Number.parseInt(byte, 16));
  for (const secret of id ? secrets : [])
    if (await crypto.subtle.verify("HMAC", await keyOf(secret), bytes, signedText(name, id))) return id;
  return undefined;
}
