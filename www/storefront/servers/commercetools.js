// @ts-check
/**
 * commercetools: a token endpoint for each flow, visitors with tokens of their own, and refresh tokens that stay. The
 * descriptions of its errors are not part of its documentation.
 */
import { randomUUID } from "node:crypto";
import { jsonAnswer, pathOf, readBody } from "../door/message.js";
import { isUser, userByName } from "../fixtures.js";
import { authorized, callApi } from "../shop/api.js";
import { choice, whole } from "../shop/checks.js";
import { rawBasic } from "./rfc6749/client-authentication.js";
import { password, refresh } from "./rfc6749/grants.js";
import { Refusal, invalidClient, invalidGrant, refusals } from "./rfc6749/refusals.js";
import { JSON_HEADERS, dialect, hex, plainMembers } from "./rfc6749/ways.js";

/** @typedef {import("./rfc6749/ways.js").Call} Call */
/** @typedef {import("./rfc6749/ways.js").Grant} Grant */
/** @typedef {import("../shop/shop.js").Shop} Shop */
/** @typedef {import("../shop/ledger.js").AccessRecord} AccessRecord */

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
    /** `anonymousCartSignInMode` of a login that does not say. */
    cartMode: choice("MergeWithExistingCustomerCart", "UseAsNewActiveCustomerCart"),
  },
  paths,
  apiPrefixes: ["/api/", `/${PROJECT}/`],
  grantNames: { password: "password", refresh_token: "refresh_token", client_credentials: "client_credentials" },
  grants: { password, refresh_token: refresh, client_credentials: anonymous },
  inspect: ({ request, readable, repeated, parameters, server: { refuse } }) => {
    if (!readable) throw refuse.wrongType();
    if (repeated !== undefined) throw refuse.repeated(repeated);
    const { grant_type: asked } = parameters;
    if (asked && asked !== GRANT_AT[pathOf(request)]) throw refuse.unknownGrant(asked);
  },
  refuse: {
    ...refusals,
    noClient: () => invalidClient("Please provide valid client credentials using HTTP Basic Authentication."),
    noSecret: () => invalidClient("Please provide valid client credentials using HTTP Basic Authentication."),
    badCredentials: () => new Refusal(400, "invalid_customer_account_credentials", CREDENTIALS),
    disabledUser: () => new Refusal(400, "invalid_customer_account_credentials", CREDENTIALS),
    unknown: () => invalidGrant("The refresh token was not found. It may have expired."),
    expired: () => invalidGrant("The refresh token was not found. It may have expired."),
    revoked: () => invalidGrant("The refresh token was not found. It may have expired."),
    foreign: () => invalidGrant("The refresh token was not found. It may have expired."),
  },
  basic: rawBasic,
  /** Whoever may sign customers in may have visitors. */
  permits: ({ grants }, grant) => grants.includes(grant === "client_credentials" ? "password" : grant),
  renewal: () => ({ oldAccess: "lives", oldRefresh: "lives", answer: "none" }),
  mintRefresh: () => `${PROJECT}:${hex(20)}`,
  members: (call, issued) =>
    plainMembers(call, issued).map(([name, text]) => [name, name === "scope" ? scopeOf(issued.access) : text]),
  refusalBody: (_call, { status, error, message }) => ({
    ...failure(status, message, error),
    error,
    error_description: message,
  }),
  refusalHeaders: () => JSON_HEADERS,
  unauthorized: () => jsonAnswer(401, { ...failure(401, "invalid_token", "invalid_token"), error: "invalid_token" }),
  callApi: (shop, request) => (LOGINS.includes(pathOf(request)) ? login(shop, request) : callApi(shop, request)),
});

/** @type {Grant} */
async function anonymous(call, client) {
  const subject = `anonymous:${call.parameters.anonymous_id || randomUUID()}`;
  call.shop.counts.guests += 1;
  return call.server.begin(call, { clientId: client.id, subject, scopes: [], family: randomUUID() });
}

/** @param {AccessRecord} access */
function scopeOf({ subject, scopes }) {
  const whose = isUser(subject) ? `customer_id:${subject}` : subject.replace("anonymous:", "anonymous_id:");
  return JSON.stringify([...(scopes.length > 0 ? scopes : [`manage_my_orders:${PROJECT}`]), whose].join(" "));
}

/**
 * A visitor says who he is: what is on his list becomes the customer's. The tokens for the customer come from the
 * password flow, after this.
 *
 * @param {Shop} shop
 * @param {import("../door/message.js").Request} request
 */
function login(shop, request) {
  return authorized(shop, request, async ({ subject }) => {
    const { email, password: secret, anonymousCartSignInMode: mode = shop.settings.cartMode } = await read(request);
    const user = userByName(email);
    if (!user || user.password !== secret) return jsonAnswer(400, failure(400, CREDENTIALS, "InvalidCredentials"));
    if (isUser(subject)) return jsonAnswer(200, { customer: { email } });
    if (mode === "UseAsNewActiveCustomerCart") shop.lists.drop(email);
    if (shop.lists.move(subject, email)) shop.counts.merges += 1;
    return jsonAnswer(200, { customer: { email } });
  });
}

/** @param {import("../door/message.js").Request} request @returns {Promise<Record<string, any>>} */
async function read(request) {
  try {
    return { ...JSON.parse(await readBody(request)) };
  } catch {
    return {};
  }
}
