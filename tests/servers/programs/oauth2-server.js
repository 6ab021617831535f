// @ts-check
/** `@node-oauth/oauth2-server`, or `oauth2-server` from which it was forked, over Node's HTTP server with tokens on disk. */
import { formOf, isUser, locked, sendJson, serve, settings, tokenCommands } from "./harness.js";
import { TokenStore } from "./token-store.js";

/** @type {{ default: typeof import("@node-oauth/oauth2-server") }} */
const { default: OAuth2Server } = await import(settings.module);
const { Request, Response } = OAuth2Server;
const tokens = new TokenStore(settings.folder);
const client = { id: settings.clientId, grants: ["password", "refresh_token"], accessTokenLifetime: 3600 };

/** The model that the library requires. @type {any} */
const model = {
  /** @param {string} id @param {string | undefined} secret */
  getClient: async (id, secret) => id === client.id && (secret ?? undefined) === settings.clientSecret && client,
  /** @param {string} username @param {string} password */
  getUser: async (username, password) => isUser(username, password) && { username },
  /** @param {any} token @param {object} client @param {object} user */
  saveToken: async (token, client, user) => {
    const saved = { ...token, client, user };
    tokens.put("access", token.accessToken, saved);
    if (token.refreshToken) tokens.put("refresh", token.refreshToken, saved);
    return settings.tellsRefreshLifetime ? { ...saved, refresh_token_expires_in: secondsUntil(token.refreshTokenExpiresAt) } : saved;
  },
  /** @param {string} token */
  getAccessToken: async (token) => dated(tokens.get("access", token)),
  /** @param {string} token */
  getRefreshToken: async (token) => (locked ? null : dated(tokens.get("refresh", token))),
  /** @param {any} token */
  revokeToken: async ({ refreshToken }) => tokens.take("refresh", refreshToken),
};

/** @param {Date} time */
const secondsUntil = (time) => Math.round((time.getTime() - Date.now()) / 1000);

/** Turns the times of a record from JSON back into dates. @param {any} record */
function dated(record) {
  if (record === null) return null;
  const date = (/** @type {string | undefined} */ text) => text && new Date(text);
  const { accessTokenExpiresAt, refreshTokenExpiresAt, ...others } = record;
  return { ...others, accessTokenExpiresAt: date(accessTokenExpiresAt), refreshTokenExpiresAt: date(refreshTokenExpiresAt) };
}

const isPublic = settings.clientSecret === undefined;
const oauth = new OAuth2Server({
  model,
  allowExtendedTokenAttributes: settings.tellsRefreshLifetime === true,
  alwaysIssueNewRefreshToken: settings.newRefreshToken,
  requireClientAuthentication: { password: !isPublic, refresh_token: !isPublic },
});

/** @type {Record<string, (request: any, response: any) => Promise<void>>} */
const routes = {
  "POST /token": async (request, response) => void (await oauth.token(request, response)),
  "GET /api/me": async (request, response) => {
    const { user } = await oauth.authenticate(request, response);
    response.body = { username: user.username };
  },
};

/** @param {import("./harness.js").Request} incoming @param {import("./harness.js").Response} outgoing */
async function respond(incoming, outgoing) {
  const { method = "", url = "" } = incoming;
  const headers = /** @type {Record<string, string>} */ (incoming.headers);
  const response = new Response({ headers: {} });
  await handle(new Request({ method, headers, query: {}, body: await formOf(incoming) }), response, routes[`${method} ${url}`]);
  sendJson(outgoing, response.status ?? 200, response.body, response.headers);
}

/** @param {any} request @param {any} response @param {typeof routes[string] | undefined} route */
async function handle(request, response, route) {
  if (!route) return void (response.status = 404);
  // At the token endpoint the library has written the error response; at the API that is left to its user.
  await route(request, response).catch((error) => (response.status = error.code ?? 500));
}

serve(respond, {
  ...tokenCommands(tokens),
  accessLifetime: (seconds) => void (client.accessTokenLifetime = seconds),
  revokeRefreshTokens: () => tokens.clear("refresh"),
  expireRefreshTokens: () => tokens.change("refresh", (record) => ({ ...record, refreshTokenExpiresAt: new Date(0) })),
});
