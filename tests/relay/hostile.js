// @ts-check
/** What somebody might send to the relay who is no page of the shop's, and what he gets. */
import { gzipSync } from "node:zlib";
import { PAGE, form, password, refresh } from "./relay.js";

/** @typedef {import("./relay.js").Sent} Sent */
/** @typedef {[name: string, sent: Sent, status: number, error?: string]} Row  refused: nothing reaches the server */

const TEN_MEGABYTES = 10 << 20;

/** @param {Record<string, string>} more @returns {Sent} */
const signIn = (more) => ({ body: form({ ...password, ...more }) });

/** @param {Record<string, string>} parameters @returns {Sent} */
const just = (parameters) => ({ body: form(parameters) });

/** @param {string} text  which goes on after a sign-in @returns {Sent} */
const also = (text) => ({ body: `${form(password)}&${text}` });

/** @param {string | undefined} origin @returns {Sent} */
const from = (origin) => ({ ...signIn({}), headers: { origin } });

/** @param {string | undefined} type @param {string | Uint8Array} [body] @returns {Sent} */
const typed = (type, body = form(password)) => ({ headers: { "content-type": type }, body });

/** @param {Record<string, string>} headers @returns {Sent} */
const withHeaders = (headers) => ({ ...signIn({}), headers });

/** @param {string} path @returns {Sent} */
const at = (path) => ({ ...signIn({}), path });

/** @param {string} method @returns {Sent} */
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
  ["a grant that nobody knows", signIn({ grant_type: "root" }), 400, "unsupported_grant_type"],
  ["a grant in capitals", signIn({ grant_type: "PASSWORD" }), 400, "unsupported_grant_type"],
  ["a grant with a space after it", signIn({ grant_type: "password " }), 400, "unsupported_grant_type"],
  ["a grant that every object has", signIn({ grant_type: "__proto__" }), 400, "unsupported_grant_type"],
  ["a grant that is a method", signIn({ grant_type: "constructor" }), 400, "unsupported_grant_type"],
  ["a visitor's grant that this server does not have", just({ grant_type: "guest" }), 400, "unsupported_grant_type"],
  ["no grant", just({ username, password: word }), 400, "invalid_request"],
  ["a grant of nothing", signIn({ grant_type: "" }), 400, "invalid_request"],
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
  ["an array, as PHP reads it", also("scope%5B%5D=all"), 400, "invalid_request"],
  ["a name in capitals", signIn({ Scope: "all" }), 400, "invalid_request"],
  ["a name that every object has", also("__proto__=x"), 400, "invalid_request"],
  ["a user name twice", also("username=root"), 400, "invalid_request"],
  ["a user name twice, the second in an encoding", also("%75sername=root"), 400, "invalid_request"],
  ["a refresh token with a password", signIn({ refresh_token: "r" }), 400, "invalid_request"],
  ["a password with a refresh token", just({ ...refresh, password: "p" }), 400, "invalid_request"],
  ["a visitor with a refresh token", just({ ...refresh, visitor_access_token: "v" }), 400, "invalid_request"],
  ["no password", just({ grant_type: "password", username }), 400, "invalid_request"],
  ["no user name", just({ grant_type: "password", password: word }), 400, "invalid_request"],
  ["no refresh token", just({ grant_type: "refresh_token" }), 400, "invalid_request"],
  ["an empty password", signIn({ password: "" }), 400, "invalid_request"],
  ["an empty scope", signIn({ scope: "" }), 400, "invalid_request"],
  ["no name", also("=x"), 400, "invalid_request"],
  ["no value", also("scope"), 400, "invalid_request"],
  ["two values", also("scope=a=b"), 400, "invalid_request"],
  ["nothing between two marks", also("&scope=a"), 400, "invalid_request"],
  ["a semicolon for a mark", { body: form(password).replaceAll("&", ";") }, 400, "invalid_request"],
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
  ["JSON where a form is due", typed("application/json", JSON.stringify(password)), 415, "invalid_request"],
  ["JSON that is said to be a form", { body: JSON.stringify(password) }, 400, "invalid_request"],
  ["a form of no type", typed(undefined), 415, "invalid_request"],
  ["a form that is said to be text", typed("text/plain"), 415, "invalid_request"],
  ["a form in parts", typed("multipart/form-data; boundary=b"), 415, "invalid_request"],
  ["two types", typed("application/x-www-form-urlencoded, application/json"), 415, "invalid_request"],
  [
    "an alphabet of another time",
    typed("application/x-www-form-urlencoded; charset=iso-8859-1"),
    415,
    "invalid_request",
  ],
  ["UTF-16", typed("application/x-www-form-urlencoded; charset=utf-16"), 415, "invalid_request"],
  ["UTF-16 that is said to be UTF-8", { body: Buffer.from(form(password), "utf16le") }, 400, "invalid_request"],
  [
    "a form that is packed",
    { headers: { "content-encoding": "gzip" }, body: gzipSync(form(password)) },
    400,
    "invalid_request",
  ],
  ["a mark of the byte order", { body: `\ufeff${form(password)}` }, 400, "invalid_request"],
  ["bytes that are no UTF-8", { body: Buffer.from(`${form(password)}&scope=\xe4`, "latin1") }, 400, "invalid_request"],
  [
    "half a character at the end",
    { body: Buffer.from(`${form(password)}&scope=a\xc3`, "latin1") },
    400,
    "invalid_request",
  ],
  ["an encoding that is no UTF-8", also("scope=%e4"), 400, "invalid_request"],
  ["an encoding that is too long", also("scope=%c0%af"), 400, "invalid_request"],
  ["an encoding of no digits", also("scope=%zz"), 400, "invalid_request"],
  ["an encoding that ends early", also("scope=%4"), 400, "invalid_request"],
  ["a NUL", also("scope=a%00b"), 400, "invalid_request"],
  ["a new line in a value", also("scope=a%0d%0aauthorization:+Basic+x"), 400, "invalid_request"],
  ["a new line in a name", also("scope%0a=a"), 400, "invalid_request"],
  ["a new line as it is", also("scope=a\r\nb"), 400, "invalid_request"],
  ["nothing", {}, 400, "invalid_request"],
];

/** @type {Row[]} */
const lengths = [
  ["one byte too much", { body: `${form(password)}&scope=`.padEnd(16385, "x") }, 413, "invalid_request"],
  [
    "ten megabytes",
    { headers: { "content-length": String(TEN_MEGABYTES) }, body: chunks(TEN_MEGABYTES) },
    413,
    "invalid_request",
  ],
  ["ten megabytes that nobody has announced", { body: chunks(TEN_MEGABYTES) }, 413, "invalid_request"],
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

/** What is sent to a relay whose server takes forms. */
export const hostile = { grants, parameters, headers, types, lengths, methods, origins };

/** @param {unknown} json a text as it is, or what is written as one @returns {Sent} */
const json = (json) => typed("application/json", typeof json === "string" ? json : JSON.stringify(json));

const whole = JSON.stringify(password);

/** What is sent to a relay whose server takes JSON. @type {Row[]} */
export const hostileJson = [
  ["a form where JSON is due", { body: form(password) }, 415, "invalid_request"],
  ["a form that is said to be JSON", typed("application/json", form(password)), 400, "invalid_request"],
  ["another kind of JSON", typed("application/vnd.api+json", whole), 415, "invalid_request"],
  ["JSON in UTF-16", typed("application/json; charset=utf-16", whole), 415, "invalid_request"],
  ["nothing at all", json(""), 400, "invalid_request"],
  ["null", json("null"), 400, "invalid_request"],
  ["a truth", json("true"), 400, "invalid_request"],
  ["a number", json("1"), 400, "invalid_request"],
  ["a text", json('"grant_type=password"'), 400, "invalid_request"],
  ["an array", json([password]), 400, "invalid_request"],
  ["an array of texts", json(["grant_type", "password"]), 400, "invalid_request"],
  ["an array of pairs", json(Object.entries(password)), 400, "invalid_request"],
  ["an empty object", json({}), 400, "invalid_request"],
  ["a member that is an object", json({ ...password, scope: { a: "b" } }), 400, "invalid_request"],
  ["a member that is an array", json({ ...password, password: ["p"] }), 400, "invalid_request"],
  ["a member that is a number", json({ ...password, password: 1 }), 400, "invalid_request"],
  ["a member that is null", json({ ...password, scope: null }), 400, "invalid_request"],
  ["a member that is true", json({ ...password, scope: true }), 400, "invalid_request"],
  ["a client secret in it", json({ ...password, client_secret: "guessed" }), 400, "invalid_request"],
  ["another grant in it", json({ ...password, grant_type: "client_credentials" }), 400, "unsupported_grant_type"],
  ["a member twice", json(whole.replace("{", '{"username":"root",')), 400, "invalid_request"],
  ["a member twice, once as an object", json(whole.replace("{", '{"username":{"a":"b"},')), 400, "invalid_request"],
  ["a member twice, once as a number", json(whole.replace("{", '{"username":1,')), 400, "invalid_request"],
  [
    "a member twice, once in an encoding",
    json(whole.replace("{", '{"grant\\u005ftype":"client_credentials",')),
    400,
    "invalid_request",
  ],
  ["a member that every object has", json(whole.replace("{", '{"__proto__":"x",')), 400, "invalid_request"],
  [
    "an object for what every object has",
    json(whole.replace("{", '{"__proto__":{"scope":"all"},')),
    400,
    "invalid_request",
  ],
  ["sixteen thousand arrays, each in another", json("[".repeat(16_000)), 400, "invalid_request"],
  [
    "eight thousand arrays, each in another, and closed",
    json("[".repeat(8_000) + "]".repeat(8_000)),
    400,
    "invalid_request",
  ],
  ["two objects", json(whole + whole), 400, "invalid_request"],
  ["half an object", json(whole.slice(0, -1)), 400, "invalid_request"],
  ["a comment", json(`/**/${whole}`), 400, "invalid_request"],
  ["a mark of the byte order before it", json(`\ufeff${whole}`), 400, "invalid_request"],
  ["a NUL in it", json({ ...password, scope: "\0" }), 400, "invalid_request"],
  ["a new line in it", json({ ...password, scope: "a\nb" }), 400, "invalid_request"],
];
