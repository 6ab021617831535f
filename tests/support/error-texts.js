// @ts-check
/**
 * The texts of error responses, and those of them that an application may read: the same for the client and for
 * the relay. The rules:
 *
 * 1. A text that contains a secret of the request is left out, also if the secret is percent-encoded (with `+` or
 *    `%20` for a space), escaped as in JSON, or base64 in the Basic scheme.
 *    Secrets are the password, each parameter of a sign-in, the refresh token, the guest's token, the client secret, the credentials of the Basic
 *    scheme, and each header and fixed parameter of the profile that has 8 characters or more.
 * 2. `error`, `error_description` and `hint` have the characters that RFC 6749 section 5.2 allows. A quotation mark
 *    becomes an apostrophe, a control character becomes a space, any other character becomes a question mark.
 * 3. They have 300 characters at most. The rest is cut off, after rule 1 was applied to the whole text.
 * 4. `error_uri` is an http or https URL in the characters of section 5.2 and of 300 characters at most, or left out.
 */

/** @typedef {"error" | "error_description" | "error_uri" | "hint"} Member */
/** @typedef {{ headers: Record<string, string>, body: string }} ServerRequest  as the server receives it */
/**
 * @typedef {object} Case
 * @property {string} name
 * @property {any} server                         the dialect
 * @property {"sign-in" | "merge" | "refresh"} call  `merge` is a sign-in that carries a guest over
 * @property {(request: ServerRequest) => Record<string, unknown>} respond  the members of a response with status 400
 * @property {Partial<Record<Member, string>>} expected
 */

export const CLIENT = { clientId: "shop:id", clientSecret: 'client s3cret%41+ü/="\\' };
export const USER = { username: "amanda@example.com", password: 'pass word&=%+ü/"\\' };
export const REFRESH_TOKEN = "refresh/token+with=signs&%";
export const GUEST_TOKEN = "guest/token+with=signs&%";
export const PARAMETERS = { otp: 'one time&=%+ü/"\\' };
export const API_KEY = 'key "0123456789"';

/** Percent-encodes every reserved character (RFC 3986). @param {string} text */
const percentEncoded = (text) => encodeURIComponent(text).replace(/[!'()*]/g, (character) => `%${hex(character)}`);
const hex = (/** @type {string} */ character) => character.charCodeAt(0).toString(16).padStart(2, "0");

/** The encodings in which a secret may come back. @type {Record<string, (secret: string) => string>} */
const ENCODINGS = {
  "not encoded": (secret) => secret,
  "as a form has it": (secret) => new URLSearchParams([["", secret]]).toString().slice(1),
  "percent-encoded": percentEncoded,
  "percent-encoded in lower case": (secret) =>
    percentEncoded(secret).replace(/%../g, (encoded) => encoded.toLowerCase()),
  "percent-encoded in every character": (secret) =>
    Array.from(new TextEncoder().encode(secret), (byte) => `%${byte.toString(16).padStart(2, "0")}`).join(""),
  "as JSON has it": (secret) => JSON.stringify(secret).slice(1, -1),
  "as JSON in ASCII has it": (secret) =>
    JSON.stringify(secret)
      .slice(1, -1)
      .replaceAll("/", "\\/")
      .replace(/[^ -~]/g, (character) => `\\u${hex(character).padStart(4, "0")}`),
};

/** @type {Record<string, { server: any, call: Case["call"], secret: string }>} */
const SECRETS = {
  "the password": { server: "oauth2", call: "sign-in", secret: USER.password },
  "a parameter of a sign-in": { server: "oauth2", call: "sign-in", secret: PARAMETERS.otp },
  "the refresh token": { server: "oauth2", call: "refresh", secret: REFRESH_TOKEN },
  "the guest's token": { server: "oro", call: "merge", secret: GUEST_TOKEN },
  "the client secret": { server: "oro", call: "sign-in", secret: CLIENT.clientSecret },
  "a header of the profile": { server: { headers: { "X-Api-Key": API_KEY } }, call: "sign-in", secret: API_KEY },
  "a parameter of the profile": { server: { parameters: { api_key: API_KEY } }, call: "sign-in", secret: API_KEY },
};

/** @returns {Case[]} */
const echoes = () =>
  Object.entries(SECRETS).flatMap(([what, { server, call, secret }]) =>
    Object.entries(ENCODINGS).map(([how, encode]) => ({
      name: `${what}, ${how}`,
      server,
      call,
      respond: () => ({
        error: "invalid_request",
        error_description: `Not accepted: ${encode(secret)}.`,
        error_uri: `https://server.example/errors/${encode(secret)}`,
        hint: encode(secret),
      }),
      expected: { error: "invalid_request" },
    })),
  );

/** @type {Case["respond"]} */
const echoRequest = ({ body, headers }) => ({
  error: "invalid_request",
  error_description: `Not accepted: ${body}`,
  hint: headers.authorization ?? body,
});

/** A response to a sign-in. @param {Record<string, unknown>} members @param {Case["expected"]} expected */
const says = (members, expected) => ({
  server: "oauth2",
  call: /** @type {const} */ ("sign-in"),
  respond: () => ({ error: "invalid_request", ...members }),
  expected: { error: "invalid_request", ...expected },
});

const allowed = Array.from({ length: 95 }, (_, at) => String.fromCharCode(32 + at))
  .join("")
  .replace(/["\\]/g, "");

/** @type {Case[]} */
const bodies = [
  ["in a form", "oro"],
  ["in JSON", { extends: "oro", body: "json" }],
  ["with form-encoded Basic credentials", "oauth2"],
  ["with Basic credentials that are not encoded", { clientAuthentication: "client_secret_basic_raw" }],
].map(([how, server]) => ({
  name: `the whole request, ${how}`,
  server,
  call: "sign-in",
  respond: echoRequest,
  expected: { error: "invalid_request" },
}));

/** @type {Case[]} */
const texts = [
  {
    name: "every character that RFC 6749 allows",
    ...says({ error_description: allowed, hint: allowed }, { error_description: allowed, hint: allowed }),
  },
  {
    name: "quotation marks and backslashes",
    ...says({ error_description: 'The "scope" is a\\b.' }, { error_description: "The 'scope' is a?b." }),
  },
  {
    name: "control characters",
    ...says(
      { error_description: "a\r\nb\0c\u001b[31md\u007fe", hint: "a\tb" },
      { error_description: "a  b c [31md e", hint: "a b" },
    ),
  },
  {
    name: "characters beyond ASCII",
    ...says({ error_description: "Nicht verf\u00fcgbar\u202e \u{1f512}" }, { error_description: "Nicht verf?gbar? ?" }),
  },
  { name: "an error with characters that are not allowed", ...says({ error: 'no "access"\n' }, { error: "no 'access' " }) },
  {
    name: "a megabyte",
    ...says(
      { error_description: "d".repeat(1e6), hint: "h".repeat(301), error_uri: `https://server.example/${"u".repeat(300)}` },
      { error_description: "d".repeat(300), hint: "h".repeat(300) },
    ),
  },
  {
    name: "a secret across the limit of the length",
    ...says({ error_description: `${"x".repeat(295)}${USER.password}` }, {}),
  },
  {
    name: "a page about the error",
    ...says({ error_uri: "https://server.example/e?a=b#c" }, { error_uri: "https://server.example/e?a=b#c" }),
  },
  ...["javascript:alert(1)", "data:text/html,x", "https://server.example/a b", 'https://server.example/"', "/e"].map(
    (uri) => ({ name: `an error_uri that is ${uri}`, ...says({ error_uri: uri }, {}) }),
  ),
];

/** @type {Case[]} */
export const errorTexts = [...echoes(), ...bodies, ...texts];
