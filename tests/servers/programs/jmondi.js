// @ts-check
/** `@jmondi/oauth2-server` with repositories as in its documentation, over tokens on disk. */
import { AuthorizationServer, DateInterval, JwtService, generateRandomToken } from "@jmondi/oauth2-server";
import { handleExpressError, handleExpressResponse, requestFromExpress } from "@jmondi/oauth2-server/express";
// @ts-expect-error: it has no types
import express from "express";
import { isUser, serve, settings, tokenCommands } from "./harness.js";
import { TokenStore } from "./token-store.js";

const tokens = new TokenStore(settings.folder);
const jwt = new JwtService("worthless outside this test");
const client = {
  id: settings.clientId,
  name: "Shop",
  secret: settings.clientSecret,
  redirectUris: [],
  allowedGrants: ["password", "refresh_token"],
  scopes: [],
};

/** @type {any} */
const clients = {
  getByIdentifier: async (/** @type {string} */ id) => {
    if (id !== client.id) throw new Error("There is no such client.");
    return client;
  },
  isClientValid: async (/** @type {string} */ grant, /** @type {any} */ { secret, allowedGrants }, /** @type {string} */ given) =>
    (secret ?? undefined) === given && allowedGrants.includes(grant),
};

/** @type {any} */
const tokenRepository = {
  issueToken: async (/** @type {any} */ client, /** @type {any} */ scopes, /** @type {any} */ user) => ({
    accessToken: generateRandomToken(),
    accessTokenExpiresAt: new Date(),
    client,
    user,
    scopes,
  }),
  issueRefreshToken: async (/** @type {any} */ token) => {
    const issued = { ...token, refreshToken: generateRandomToken(), refreshTokenExpiresAt: DateInterval.getDateEnd("1d") };
    await tokenRepository.persist(issued);
    return issued;
  },
  persist: async (/** @type {any} */ token) => {
    tokens.put("access", token.accessToken, token);
    if (token.refreshToken) tokens.put("refresh", token.refreshToken, token);
  },
  revoke: async (/** @type {any} */ token) => {
    tokens.take("access", token.accessToken);
    tokens.put("refresh", token.refreshToken, { ...token, revoked: true });
  },
  isRefreshTokenRevoked: async (/** @type {any} */ { revoked, refreshTokenExpiresAt }) =>
    revoked === true || new Date(refreshTokenExpiresAt) < new Date(),
  getByRefreshToken: async (/** @type {string} */ id) => {
    const token = tokens.get("refresh", id);
    if (token === null) throw new Error("There is no such refresh token.");
    return { ...token, refreshTokenExpiresAt: new Date(token.refreshTokenExpiresAt) };
  },
};

/** @type {any} */
const scopes = { getAllByIdentifiers: async () => [], finalize: async () => [] };
/** @type {any} */
const users = {
  getUserByCredentials: async (/** @type {string} */ id, /** @type {string} */ password) =>
    isUser(id, password) ? { id } : undefined,
};

const server = new AuthorizationServer(clients, tokenRepository, scopes, jwt, settings.server);

/** @param {number} seconds */
function enableGrants(seconds) {
  const lifetime = new DateInterval(`${seconds}s`);
  server.enableGrantTypes([{ grant: "password", userRepository: users }, lifetime], ["refresh_token", lifetime]);
}
enableGrants(3600);

const app = express().disable("x-powered-by").use(express.urlencoded({ extended: false }));
app.post("/token", async (/** @type {any} */ request, /** @type {any} */ response) => {
  try {
    handleExpressResponse(response, await server.respondToAccessTokenRequest(requestFromExpress(request)));
  } catch (error) {
    handleExpressError(error, response);
  }
});
app.get("/api/me", async (/** @type {any} */ request, /** @type {any} */ response) => {
  const { jti } = await jwt.verify(request.get("authorization")?.slice("Bearer ".length) ?? "").catch(() => ({ jti: undefined }));
  const token = typeof jti === "string" ? tokens.get("access", jti) : null;
  if (token === null) return void response.sendStatus(401);
  response.json({ username: token.user.id });
});

serve(app, {
  ...tokenCommands(tokens),
  accessLifetime: enableGrants,
  revokeRefreshTokens: () => tokens.change("refresh", (token) => ({ ...token, revoked: true })),
  expireRefreshTokens: () => tokens.change("refresh", (token) => ({ ...token, refreshTokenExpiresAt: new Date(0) })),
});
