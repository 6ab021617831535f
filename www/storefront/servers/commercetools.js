// @ts-check
/**
 * commercetools: a token endpoint for each flow, anonymous sessions with tokens of their own, and refresh tokens that do
 * not rotate. Its documentation has no descriptions of errors; those here are ours.
 */
import { jsonResponse, pathOf, readBody } from "../http/message.js";
import { isUser, userByName } from "../fixtures.js";
import { authorized, callApi } from "../shop/api.js";
import { choice, whole } from "../shop/checks.js";
import { randomHex } from "../shop/random.js";
import { rawBasic } from "./rfc6749/client-authentication.js";
import { password, refresh } from "./rfc6749/grants.js";
import { OAuthError, invalidClient, invalidGrant, errors } from "./rfc6749/errors.js";
import { JSON_HEADERS, dialect, standardMembers } from "./rfc6749/defaults.js";

/** @typedef {import("./rfc6749/defaults.js").Call} Call */
/** @typedef {import("./rfc6749/defaults.js").Grant} Grant */
/** @typedef {import("../shop/shop.js").Shop} Shop */
/** @typedef {import("../shop/token-store.js").AccessRecord} AccessRecord */

const PROJECT = "demo";

const paths = {
  token: `/oauth/${PROJECT}/customers/token`,
  refresh: "/oauth/token",
  guest: `/oauth/${PROJECT}/anonymous/token`,
};

/** @type {Record<string, string>} */
const GRANT_AT = {
  [paths.token]: "password",
  [paths.refresh]: "refresh_token",
  [paths.guest]: "client_credentials",
};

const LOGINS = [`/${PROJECT}/login`, `/${PROJECT}/me/login`];

const CREDENTIALS = "Customer account with the given credentials not found.";

/** @param {number} statusCode @param {string} message @param {string} code */
const failure = (statusCode, message, code) => ({ statusCode, message, errors: [{ code, message }] });

export const commercetools = dialect({
  settings: {
    accessLifetime: whole(172_800),
    refreshLifetime: whole(17_280_000),
    /** The default of `anonymousCartSignInMode`. */
    cartMode: choice("MergeWithExistingCustomerCart", "UseAsNewActiveCustomerCart"),
  },
  paths,
  apiPrefixes: ["/api/", `/${PROJECT}/`],
  grantNames: { password: "password", refresh_token: "refresh_token", client_credentials: "client_credentials" },
  grants: { password, refresh_token: refresh, client_credentials: anonymous },
  checkRequest: ({ request, readable, repeated, parameters, server: { errors } }) => {
    if (!readable) throw errors.wrongType();
    if (repeated !== undefined) throw errors.repeated(repeated);
    const { grant_type: asked } = parameters;
    if (asked && asked !== GRANT_AT[pathOf(request)]) throw errors.unknownGrant(asked);
  },
  errors: {
    ...errors,
    noClient: () => invalidClient("Please provide valid client credentials using HTTP Basic Authentication."),
    noSecret: () => invalidClient("Please provide valid client credentials using HTTP Basic Authentication."),
    wrongPassword: () => new OAuthError(400, "invalid_customer_account_credentials", CREDENTIALS),
    disabledUser: () => new OAuthError(400, "invalid_customer_account_credentials", CREDENTIALS),
    unknown: () => invalidGrant("The refresh token was not found. It may have expired."),
    expired: () => invalidGrant("The refresh token was not found. It may have expired."),
    revoked: () => invalidGrant("The refresh token was not found. It may have expired."),
    foreign: () => invalidGrant("The refresh token was not found. It may have expired."),
  },
  readBasic: rawBasic,
  /** A client that may sign customers in may also start anonymous sessions. */
  mayUse: ({ grants }, grant) => grants.includes(grant === "client_credentials" ? "password" : grant),
  refreshEffect: () => ({ oldAccess: "valid", oldRefresh: "valid", refreshToken: "none" }),
  mintRefresh: () => `${PROJECT}:${randomHex(20)}`,
  members: (call, issued) =>
    standardMembers(call, issued).map(([name, text]) => [name, name === "scope" ? scopeOf(issued.access) : text]),
  errorBody: (_call, { status, error, message }) => ({
    ...failure(status, message, error),
    error,
    error_description: message,
  }),
  errorHeaders: () => JSON_HEADERS,
  unauthorized: () => jsonResponse(401, { ...failure(401, "invalid_token", "invalid_token"), error: "invalid_token" }),
  callApi: (shop, request) => (LOGINS.includes(pathOf(request)) ? login(shop, request) : callApi(shop, request)),
});

/** @type {Grant} */
async function anonymous(call, client) {
  const subject = `anonymous:${call.parameters.anonymous_id || crypto.randomUUID()}`;
  call.shop.counts.guests += 1;
  return call.server.startSession(call, { clientId: client.id, subject, scopes: [], family: crypto.randomUUID() });
}

/** @param {AccessRecord} access */
function scopeOf({ subject, scopes }) {
  const whose = isUser(subject) ? `customer_id:${subject}` : subject.replace("anonymous:", "anonymous_id:");
  return JSON.stringify([...(scopes.length > 0 ? scopes : [`manage_my_orders:${PROJECT}`]), whose].join(" "));
}

/**
 * Moves the list of an anonymous session to the customer who signs in. The customer's tokens come from the password
 * flow, after this request.
 *
 * @param {Shop} shop
 * @param {import("../http/message.js").Request} request
 */
function login(shop, request) {
  return authorized(shop, request, async ({ subject }) => {
    const { email, password: secret, anonymousCartSignInMode: mode = shop.settings.cartMode } = await read(request);
    const user = userByName(email);
    if (!user || user.password !== secret) return jsonResponse(400, failure(400, CREDENTIALS, "InvalidCredentials"));
    if (isUser(subject)) return jsonResponse(200, { customer: { email } });
    if (mode === "UseAsNewActiveCustomerCart") shop.lists.drop(email);
    if (shop.lists.move(subject, email)) shop.counts.merges += 1;
    return jsonResponse(200, { customer: { email } });
  });
}

/** @param {import("../http/message.js").Request} request @returns {Promise<Record<string, any>>} */
async function read(request) {
  try {
    return { ...JSON.parse(await readBody(request)) };
  } catch {
    return {};
  }
}
