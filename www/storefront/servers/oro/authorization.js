// @ts-check
/**
 * The authorization code grant with PKCE (RFC 6749 §4.1, RFC 7636) of the storefront, which Oro documents since 5.1. Oro
 * asks for the password and for the user's consent on two pages; here one page asks for both.
 */
import { clientById, userByName } from "../../fixtures.js";
import { htmlResponse, readBody } from "../../http/message.js";
import { sha256, toBase64url } from "../../shop/encoding.js";
import { scopesOf } from "../scopes.js";
import { LeagueError, errors } from "./errors.js";
import { newGuest, opaqueToken } from "./tokens.js";
import { versionOf } from "./versions.js";

/** @typedef {import("../../shop/shop.js").Shop} Shop */
/** @typedef {import("../../fixtures.js").Client} Client */
/** @typedef {import("../../http/message.js").Request} Request */
/** @typedef {import("../../http/message.js").Response} Response */
/** @typedef {import("../index.js").Parameters} Parameters */

/**
 * @typedef {object} AuthorizationRequest
 * @property {Client} client
 * @property {string} redirectUri   where the user returns to
 * @property {string} [sentRedirectUri]  of the request; the token request must repeat it
 * @property {string} [state]
 * @property {string[]} scopes
 * @property {string} [challenge]
 * @property {string} method
 */

/** @typedef {AuthorizationRequest & { subject: string, expiresAt: number, isUsed: boolean }} IssuedCode */

export const AUTHORIZE = "/oauth2-token/authorize";

/** Signs a guest in without a page; since 6.1. */
export const AUTHORIZE_VISITOR = "/oauth2-token/authorize-visitor";

const CODE_LIFETIME = 600_000;

/** RFC 7636 §4.1 and §4.2. */
const PKCE_TEXT = /^[\w.~-]{43,128}$/;

/** @param {Shop} shop @param {Request} request @returns {Promise<Response>} */
export async function authorize(shop, request) {
  return respond(shop, request, async (authorization) => {
    if (request.method === "GET") return signInPage(authorization, "");
    const form = Object.fromEntries(new URLSearchParams(await readBody(request)));
    const user = userByName(form.username);
    const isDisabled = shop.settings.disabledUsers.includes(form.username);
    if (!user?.frontend || user.password !== form.password || isDisabled) {
      return signInPage(authorization, "Your user name or password is wrong.");
    }
    return form.grantAccess === "true" ? redirectWithCode(shop, authorization, form.username) : denied(authorization);
  });
}

/** @param {Shop} shop @param {Request} request @returns {Promise<Response>} */
export async function authorizeVisitor(shop, request) {
  if (!versionOf(shop.settings).authorizesVisitor) return htmlResponse(404, "Not Found");
  return respond(shop, request, async (authorization) => redirectWithCode(shop, authorization, newGuest(shop)));
}

/**
 * @param {Shop} shop
 * @param {Request} request
 * @param {(authorization: AuthorizationRequest) => Promise<Response>} handle
 */
async function respond(shop, request, handle) {
  if (!versionOf(shop.settings).authorizationCode) return htmlResponse(404, "Not Found");
  try {
    return await handle(authorizationRequest(request));
  } catch (error) {
    if (!(error instanceof LeagueError)) throw error;
    const headers = { "Content-type": "application/json" };
    return { status: error.status, headers, body: JSON.stringify(error.body) };
  }
}

/** @param {Request} request @returns {AuthorizationRequest} */
function authorizationRequest(request) {
  const parameters = Object.fromEntries(new URL(request.url, "http://shop").searchParams);
  if (parameters.response_type !== "code") throw errors.unsupportedGrantType();
  if (parameters.client_id === undefined) throw errors.missing("client_id");
  const client = clientById(parameters.client_id);
  if (!client?.active || !client.frontend) throw errors.invalidClient();
  const redirectUri = parameters.redirect_uri ?? (client.redirectUris.length === 1 ? client.redirectUris[0] : undefined);
  if (redirectUri === undefined || !isRegistered(client, redirectUri)) throw errors.invalidClient();
  return {
    client,
    redirectUri,
    sentRedirectUri: parameters.redirect_uri,
    state: parameters.state,
    scopes: scopesOf(parameters) ?? [],
    ...challengeOf(client, parameters),
  };
}

/** On loopback any port is allowed (RFC 8252 §7.3). @param {Client} client @param {string} uri */
function isRegistered({ redirectUris }, uri) {
  const withoutPort = uri.replace(/^(http:\/\/(?:127\.0\.0\.1|\[::1\])):\d+/, "$1");
  return redirectUris.some((registered) => registered === uri || registered === withoutPort);
}

/** @param {Client} client @param {Parameters} parameters */
function challengeOf({ confidential }, { code_challenge: challenge, code_challenge_method: method = "plain" }) {
  if (challenge === undefined) {
    if (!confidential) throw errors.invalidRequest("Code challenge must be provided for public clients");
    return { challenge, method };
  }
  if (method !== "S256" && method !== "plain") {
    throw errors.invalidRequest("Code challenge method must be one of `S256`, `plain`");
  }
  if (!PKCE_TEXT.test(challenge)) throw errors.invalidRequest("Code challenge must follow the specifications of RFC-7636.");
  if (method === "plain") throw errors.invalidRequest("Plain code challenge method is not allowed for this client");
  return { challenge, method };
}

/** @param {Shop} shop @param {AuthorizationRequest} authorization @param {string} subject */
function redirectWithCode(shop, authorization, subject) {
  const code = opaqueToken();
  /** @type {IssuedCode} */
  const issued = { ...authorization, subject, expiresAt: shop.now() + CODE_LIFETIME, isUsed: false };
  shop.memory.set(`code ${code}`, issued);
  return redirect(authorization, { code });
}

/** @param {AuthorizationRequest} authorization */
function denied(authorization) {
  return redirect(authorization, {
    error: "access_denied",
    error_description: "The resource owner or authorization server denied the request.",
    hint: "The user denied the request",
  });
}

/** @param {AuthorizationRequest} authorization @param {Parameters} parameters @returns {Response} */
function redirect({ redirectUri, state }, parameters) {
  const url = new URL(redirectUri);
  const all = { ...parameters, ...(state === undefined ? {} : { state }) };
  for (const [name, value] of Object.entries(all)) url.searchParams.set(name, value);
  return { status: 302, headers: { Location: url.href }, body: "" };
}

/**
 * The record of a code that this token request may use. A second use is refused, and does not revoke the tokens of the
 * first.
 *
 * @param {Shop} shop
 * @param {Client} client
 * @param {Parameters} parameters
 * @returns {Promise<IssuedCode>}
 */
export async function takeCode(shop, client, { code, redirect_uri: redirectUri, code_verifier: verifier }) {
  if (code === undefined) throw errors.missing("code");
  /** @type {IssuedCode | undefined} */
  const issued = shop.memory.get(`code ${code}`);
  if (issued === undefined) throw errors.invalidRequest("Cannot decrypt the authorization code");
  if (issued.expiresAt <= shop.now()) throw errors.invalidRequest("Authorization code has expired");
  if (issued.isUsed) throw errors.invalidRequest("Authorization code has been revoked");
  if (issued.client.id !== client.id) throw errors.invalidRequest("Authorization code was not issued to this client");
  checkRedirectUri(issued, redirectUri);
  await checkVerifier(issued, verifier);
  issued.isUsed = true;
  return issued;
}

/** @param {IssuedCode} issued @param {string | undefined} redirectUri */
function checkRedirectUri({ sentRedirectUri }, redirectUri) {
  if (sentRedirectUri === undefined) return;
  if (redirectUri === undefined) throw errors.missing("redirect_uri");
  if (redirectUri !== sentRedirectUri) throw errors.invalidRequest("Invalid redirect URI");
}

/** @param {IssuedCode} issued @param {string | undefined} verifier */
async function checkVerifier({ challenge }, verifier) {
  if (challenge === undefined) {
    if (verifier !== undefined) throw errors.invalidRequest("code_verifier received when no code_challenge is present");
    return;
  }
  if (verifier === undefined) throw errors.missing("code_verifier");
  if (!PKCE_TEXT.test(verifier)) throw errors.invalidRequest("Code Verifier must follow the specifications of RFC-7636.");
  if (toBase64url(await sha256(verifier)) !== challenge) throw errors.invalidGrant("Failed to verify `code_verifier`.");
}

/** @param {AuthorizationRequest} authorization @param {string} error @returns {Response} */
const signInPage = ({ client }, error) => ({
  status: 200,
  headers: { "Content-Type": "text/html; charset=UTF-8", "Cache-Control": "no-store" },
  body: `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Sign in</title>
</head>
<body>
<h1>Sign in to Kettle &amp; Kite</h1>
<p role="status">${error}</p>
<form method="post">
<p><label>User name <input name="username" type="email" autocomplete="username" required></label></p>
<p><label>Password <input name="password" type="password" autocomplete="current-password" required></label></p>
<p>The application "${client.name}" asks for access to your account.</p>
<p><button name="grantAccess" value="true">Allow</button> <button name="grantAccess" value="false">Deny</button></p>
</form>
</body>
</html>
`,
});
