// @ts-check
/** Requests that no page of the shop sends, and how the relay refuses each of them. */
import { gzipSync } from "node:zlib";
import { PAGE, form, password, refresh } from "./relay-server.js";

/** @typedef {import("./relay-server.js").SentRequest} SentRequest */
/** @typedef {[name: string, request: SentRequest, status: number, error?: string]} Row  nothing of it reaches the server */

const TEN_MEGABYTES = 10 << 20;

/** @param {Record<string, string>} more @returns {SentRequest} */
const signIn = (more) => ({ body: form({ ...password, ...more }) });

/** @param {Record<string, string>} parameters @returns {SentRequest} */
const just = (parameters) => ({ body: form(parameters) });

/** @param {string} text  appended to a sign-in @returns {SentRequest} */
const also = (text) => ({ body: `${form(password)}&${text}` });

/** @param {string | undefined} origin @returns {SentRequest} */
const from = (origin) => ({ ...signIn({}), headers: { origin } });

/** @param {string | undefined} type @param {string | Uint8Array} [body] @returns {SentRequest} */
const typed = (type, body = form(password)) => ({ headers: { "content-type": type }, body });

/** @param {Record<string, string>} headers @returns {SentRequest} */
const withHeaders = (headers) => ({ ...signIn({}), headers });

/** @param {string} path @returns {SentRequest} */
const at = (path) => ({ ...signIn({}), path });

/** @param {string} method @returns {SentRequest} */
const by = (method) => (method.startsWith("P") ? { ...signIn({}), method } : { method });

/** @param {number} length */
async function* chunks(length) {
  const chunk = new TextEncoder().encode(`${form(password)}&scope=`.padEnd(1 << 16, "x"));
  for (let sent = 0; sent < length; sent += chunk.length) yield chunk;
}

const { username, password: word } = password;
const pair = `Basic ${btoa("shop:secret")}`;

/** @type {Row[]} */
const grants = [
  ["client credentials", just({ grant_type: "client_credentials" }), 400, "unsupported_grant_type"],
  ["an authorization code", just({ grant_type: "authorization_code", code: "c" }), 400, "unsupported_grant_type"],
  [
    "a token exchange",
    just({ grant_type: "urn:ietf:params:oauth:grant-type:token-exchange" }),
    400,
    "unsupported_grant_type",
  ],
  [
    "a device code",
    just({ grant_type: "urn:ietf:params:oauth:grant-type:device_code" }),
    400,
    "unsupported_grant_type",
  ],
  ["an unknown grant", signIn({ grant_type: "root" }), 400, "unsupported_grant_type"],
  ["a grant in upper case", signIn({ grant_type: "PASSWORD" }), 400, "unsupported_grant_type"],
  ["a grant followed by a space", signIn({ grant_type: "password " }), 400, "unsupported_grant_type"],
  ["a grant named __proto__", signIn({ grant_type: "__proto__" }), 400, "unsupported_grant_type"],
  ["a grant named constructor", signIn({ grant_type: "constructor" }), 400, "unsupported_grant_type"],
  ["a guest grant, on a server that has none", just({ grant_type: "guest" }), 400, "unsupported_grant_type"],
  ["no grant", just({ username, password: word }), 400, "invalid_request"],
  ["an empty grant", signIn({ grant_type: "" }), 400, "invalid_request"],
  ["two grants", also("grant_type=client_credentials"), 400, "invalid_request"],
  ["one grant twice", also("grant_type=password"), 400, "invalid_request"],
];

/** @type {Row[]} */
const parameters = [
  ["a client secret", signIn({ client_secret: "guessed" }), 400, "invalid_request"],
  ["another client", signIn({ client_id: "another" }), 400, "invalid_client"],
  ["two clients", { body: form({ ...password, client_id: "shop:id" }) + "&client_id=another" }, 400, "invalid_request"],
  ["a redirect URI", signIn({ redirect_uri: "https://evil.example/" }), 400, "invalid_request"],
  ["another token endpoint", signIn({ token_endpoint: "https://evil.example/" }), 400, "invalid_request"],
  ["a client assertion", signIn({ client_assertion: "eyJ" }), 400, "invalid_request"],
  ["a code", signIn({ code: "c" }), 400, "invalid_request"],
  ["an access token", signIn({ access_token: "t" }), 400, "invalid_request"],
  ["an array in the notation of PHP", also("scope%5B%5D=all"), 400, "invalid_request"],
  ["a parameter name in upper case", signIn({ Scope: "all" }), 400, "invalid_request"],
  ["a parameter named __proto__", also("__proto__=x"), 400, "invalid_request"],
  ["a user name twice", also("username=root"), 400, "invalid_request"],
  ["a user name twice, once percent-encoded", also("%75sername=root"), 400, "invalid_request"],
  ["a refresh token with a password", signIn({ refresh_token: "r" }), 400, "invalid_request"],
  ["a password with a refresh token", just({ ...refresh, password: "p" }), 400, "invalid_request"],
  ["a guest token with a refresh token", just({ ...refresh, visitor_access_token: "v" }), 400, "invalid_request"],
  ["no password", just({ grant_type: "password", username }), 400, "invalid_request"],
  ["no user name", just({ grant_type: "password", password: word }), 400, "invalid_request"],
  ["no refresh token", just({ grant_type: "refresh_token" }), 400, "invalid_request"],
  ["an empty password", signIn({ password: "" }), 400, "invalid_request"],
  ["an empty scope", signIn({ scope: "" }), 400, "invalid_request"],
  ["a parameter without a name", also("=x"), 400, "invalid_request"],
  ["a parameter without a value", also("scope"), 400, "invalid_request"],
  ["a parameter with two values", also("scope=a=b"), 400, "invalid_request"],
  ["two ampersands in a row", also("&scope=a"), 400, "invalid_request"],
  ["semicolons instead of ampersands", { body: form(password).replaceAll("&", ";") }, 400, "invalid_request"],
];

/** @param {Record<string, string>} [more] @returns {SentRequest} */
const revoke = (more) => ({ body: form({ token: "def50200", ...more }) });

/** @type {Row[]} */
const revocations = [
  ["a revocation of nothing", just({ token: "" }), 400, "invalid_request"],
  ["a revocation with a grant", just({ ...refresh, token: "def50200" }), 400, "invalid_request"],
  ["a revocation with a client secret", revoke({ client_secret: "guessed" }), 400, "invalid_request"],
  ["a revocation by another client", revoke({ client_id: "another" }), 400, "invalid_client"],
  ["a revocation with a scope", revoke({ scope: "all" }), 400, "invalid_request"],
  ["a revocation with a password", revoke({ password: "p" }), 400, "invalid_request"],
  ["a revocation with a parameter of sign-ins", revoke({ totp: "123456" }), 400, "invalid_request"],
  ["a revocation of two tokens", { body: `${form({ token: "a" })}&token=b` }, 400, "invalid_request"],
  ["a hint without a token", just({ token_type_hint: "refresh_token" }), 400, "invalid_request"],
  ["a revocation with a new line", revoke({ token_type_hint: "a\nb" }), 400, "invalid_request"],
];

/** @type {Row[]} */
const signInParameters = [
  ["a parameter of sign-ins with a refresh token", just({ ...refresh, totp: "123456" }), 400, "invalid_request"],
  ["a parameter of sign-ins that is empty", signIn({ totp: "" }), 400, "invalid_request"],
  ["a parameter of sign-ins twice", also("totp=1&totp=2"), 400, "invalid_request"],
  ["a parameter of sign-ins in upper case", signIn({ TOTP: "123456" }), 400, "invalid_request"],
  ["a parameter of sign-ins as an array", also("totp%5B%5D=1"), 400, "invalid_request"],
  ["a parameter of sign-ins with a NUL", also("totp=1%00"), 400, "invalid_request"],
  ["a parameter that the relay does not list", signIn({ captcha: "c" }), 400, "invalid_request"],
  ["a second factor named like a method", signIn({ constructor: "c" }), 400, "invalid_request"],
];

/** @type {Row[]} */
const headers = [
  ["a secret in the query", at("/oauth2-token?client_secret=guessed"), 400, "invalid_request"],
  ["an empty query", at("/oauth2-token?"), 400, "invalid_request"],
  ["a grant in the query", at("/oauth2-token?grant_type=client_credentials"), 400, "invalid_request"],
  ["client authentication", withHeaders({ authorization: pair }), 400, "invalid_request"],
  ["a bearer token", withHeaders({ authorization: "Bearer t" }), 400, "invalid_request"],
];

/** @type {Row[]} */
const types = [
  ["JSON where a form is required", typed("application/json", JSON.stringify(password)), 415, "invalid_request"],
  ["JSON declared as a form", { body: JSON.stringify(password) }, 400, "invalid_request"],
  ["a form without a content type", typed(undefined), 415, "invalid_request"],
  ["a form declared as text", typed("text/plain"), 415, "invalid_request"],
  ["a multipart form", typed("multipart/form-data; boundary=b"), 415, "invalid_request"],
  ["two content types", typed("application/x-www-form-urlencoded, application/json"), 415, "invalid_request"],
  [
    "the charset ISO 8859-1",
    typed("application/x-www-form-urlencoded; charset=iso-8859-1"),
    415,
    "invalid_request",
  ],
  ["the charset UTF-16", typed("application/x-www-form-urlencoded; charset=utf-16"), 415, "invalid_request"],
  ["UTF-16 declared as UTF-8", { body: Buffer.from(form(password), "utf16le") }, 400, "invalid_request"],
  [
    "a compressed form",
    { headers: { "content-encoding": "gzip" }, body: gzipSync(form(password)) },
    400,
    "invalid_request",
  ],
  ["a byte order mark", { body: `\ufeff${form(password)}` }, 400, "invalid_request"],
  ["bytes that are not UTF-8", { body: Buffer.from(`${form(password)}&scope=\xe4`, "latin1") }, 400, "invalid_request"],
  [
    "an incomplete character at the end",
    { body: Buffer.from(`${form(password)}&scope=a\xc3`, "latin1") },
    400,
    "invalid_request",
  ],
  ["percent-encoding that is not UTF-8", also("scope=%e4"), 400, "invalid_request"],
  ["overlong percent-encoding", also("scope=%c0%af"), 400, "invalid_request"],
  ["percent-encoding without digits", also("scope=%zz"), 400, "invalid_request"],
  ["incomplete percent-encoding", also("scope=%4"), 400, "invalid_request"],
  ["a NUL", also("scope=a%00b"), 400, "invalid_request"],
  ["a new line in a value", also("scope=a%0d%0aauthorization:+Basic+x"), 400, "invalid_request"],
  ["a new line in a name", also("scope%0a=a"), 400, "invalid_request"],
  ["an unencoded new line", also("scope=a\r\nb"), 400, "invalid_request"],
  ["an empty body", {}, 400, "invalid_request"],
];

/** @type {Row[]} */
const lengths = [
  ["a body one byte too long", { body: `${form(password)}&scope=`.padEnd(16385, "x") }, 413, "invalid_request"],
  [
    "ten megabytes",
    { headers: { "content-length": String(TEN_MEGABYTES) }, body: chunks(TEN_MEGABYTES) },
    413,
    "invalid_request",
  ],
  ["ten megabytes without a Content-Length", { body: chunks(TEN_MEGABYTES) }, 413, "invalid_request"],
];

/** @type {Row[]} */
const methods = [
  ["GET", by("GET"), 405, "invalid_request"],
  ["HEAD", by("HEAD"), 405],
  ["PUT", by("PUT"), 405, "invalid_request"],
  ["PATCH", by("PATCH"), 405, "invalid_request"],
  ["DELETE", by("DELETE"), 405, "invalid_request"],
];

/** @type {Row[]} */
const origins = [
  undefined,
  "null",
  "*",
  "https://evil.example",
  "https://shop.example",
  "https://a.www.shop.example",
  "https://www.shop.example.evil.example",
  "https://evilwww.shop.example",
  "https://www.shop.example:8443",
  "https://www.shop.example/",
  "https://www.shop.example@evil.example",
  "http://www.shop.example",
  "HTTPS://WWW.SHOP.EXAMPLE",
  `${PAGE}, https://evil.example`,
  `${PAGE} https://evil.example`,
].map((origin) => [`from ${origin ?? "no origin"}`, from(origin), 403, "unauthorized_client"]);

/** Sent to a relay that forwards revocations and the sign-in parameter `totp`, and whose server accepts forms. */
export const hostile = { grants, parameters, revocations, signInParameters, headers, types, lengths, methods, origins };

/** @param {unknown} json sent unchanged if it is a string @returns {SentRequest} */
const json = (json) => typed("application/json", typeof json === "string" ? json : JSON.stringify(json));

const whole = JSON.stringify(password);

/** Sent to a relay whose server accepts JSON. @type {Row[]} */
export const hostileJson = [
  ["a form where JSON is required", { body: form(password) }, 415, "invalid_request"],
  ["a form declared as JSON", typed("application/json", form(password)), 400, "invalid_request"],
  ["another JSON type", typed("application/vnd.api+json", whole), 415, "invalid_request"],
  ["JSON in UTF-16", typed("application/json; charset=utf-16", whole), 415, "invalid_request"],
  ["an empty body", json(""), 400, "invalid_request"],
  ["null", json("null"), 400, "invalid_request"],
  ["a boolean", json("true"), 400, "invalid_request"],
  ["a number", json("1"), 400, "invalid_request"],
  ["a string", json('"grant_type=password"'), 400, "invalid_request"],
  ["an array", json([password]), 400, "invalid_request"],
  ["an array of strings", json(["grant_type", "password"]), 400, "invalid_request"],
  ["an array of pairs", json(Object.entries(password)), 400, "invalid_request"],
  ["an empty object", json({}), 400, "invalid_request"],
  ["a member that is an object", json({ ...password, scope: { a: "b" } }), 400, "invalid_request"],
  ["a member that is an array", json({ ...password, password: ["p"] }), 400, "invalid_request"],
  ["a member that is a number", json({ ...password, password: 1 }), 400, "invalid_request"],
  ["a member that is null", json({ ...password, scope: null }), 400, "invalid_request"],
  ["a member that is a boolean", json({ ...password, scope: true }), 400, "invalid_request"],
  ["a client secret", json({ ...password, client_secret: "guessed" }), 400, "invalid_request"],
  ["another grant", json({ ...password, grant_type: "client_credentials" }), 400, "unsupported_grant_type"],
  ["a member twice", json(whole.replace("{", '{"username":"root",')), 400, "invalid_request"],
  ["a member twice, once as an object", json(whole.replace("{", '{"username":{"a":"b"},')), 400, "invalid_request"],
  ["a member twice, once as a number", json(whole.replace("{", '{"username":1,')), 400, "invalid_request"],
  [
    "a member twice, once escaped",
    json(whole.replace("{", '{"grant\\u005ftype":"client_credentials",')),
    400,
    "invalid_request",
  ],
  ["a member named __proto__", json(whole.replace("{", '{"__proto__":"x",')), 400, "invalid_request"],
  [
    "an object named __proto__",
    json(whole.replace("{", '{"__proto__":{"scope":"all"},')),
    400,
    "invalid_request",
  ],
  ["16,000 nested arrays, not closed", json("[".repeat(16_000)), 400, "invalid_request"],
  [
    "8,000 nested arrays",
    json("[".repeat(8_000) + "]".repeat(8_000)),
    400,
    "invalid_request",
  ],
  ["a revocation with another member", json({ token: "def50200", scope: "all" }), 400, "invalid_request"],
  ["a token that is an object", json({ token: {} }), 400, "invalid_request"],
  ["a second factor that is a number", json({ ...password, totp: 123456 }), 400, "invalid_request"],
  ["two objects", json(whole + whole), 400, "invalid_request"],
  ["half an object", json(whole.slice(0, -1)), 400, "invalid_request"],
  ["a comment", json(`/**/${whole}`), 400, "invalid_request"],
  ["JSON after a byte order mark", json(`\ufeff${whole}`), 400, "invalid_request"],
  ["a NUL in a member", json({ ...password, scope: "\0" }), 400, "invalid_request"],
  ["a new line in a member", json({ ...password, scope: "a\nb" }), 400, "invalid_request"],
];
