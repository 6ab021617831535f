#!/usr/bin/env bash
# @jmondi/oauth2-server responds with `500 server_error` to a refresh token that it no longer knows, if the token
# repository throws for unknown tokens. To a revoked token it responds with `400 invalid_request`. RFC 6749 section 5.2
# has `invalid_grant` for both. Needs node and npm.
set -euo pipefail
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT; cd "$folder"
npm init --yes >/dev/null
npm install --silent --ignore-scripts --no-audit --no-fund @jmondi/oauth2-server@4.3.7 express@4.21.2
cat > check.mjs <<'JS'
import { AuthorizationServer, DateInterval, JwtService, generateRandomToken } from "@jmondi/oauth2-server";
import { handleExpressError, handleExpressResponse, requestFromExpress } from "@jmondi/oauth2-server/express";
import express from "express";
import { readFileSync } from "node:fs";

const client = { id: "shop", name: "Shop", secret: "secret", redirectUris: [], allowedGrants: ["password", "refresh_token"], scopes: [] };
const rows = new Map();
const clients = { getByIdentifier: async () => client, isClientValid: async () => true };
const tokens = {
  issueToken: async (client, scopes, user) => ({
    accessToken: generateRandomToken(), accessTokenExpiresAt: new Date(), client, user, scopes,
  }),
  issueRefreshToken: async (token) => {
    const issued = { ...token, refreshToken: generateRandomToken(), refreshTokenExpiresAt: DateInterval.getDateEnd("1d") };
    rows.set(issued.refreshToken, issued);
    return issued;
  },
  persist: async () => {},
  revoke: async (token) => void rows.set(token.refreshToken, { ...token, revoked: true }),
  isRefreshTokenRevoked: async ({ revoked }) => revoked === true,
  getByRefreshToken: async (token) => {
    if (!rows.has(token)) throw new Error("There is no such token.");
    return rows.get(token);
  },
};
const scopes = { getAllByIdentifiers: async () => [], finalize: async () => [] };
const users = { getUserByCredentials: async (id) => ({ id }) };

async function check(useOpaqueRefreshTokens) {
  const server = new AuthorizationServer(clients, tokens, scopes, new JwtService("key"), { useOpaqueRefreshTokens });
  server.enableGrantTypes({ grant: "password", userRepository: users }, "refresh_token");
  const app = express().use(express.urlencoded({ extended: false }));
  app.post("/token", (request, response) =>
    server.respondToAccessTokenRequest(requestFromExpress(request)).then(
      (answer) => handleExpressResponse(response, answer),
      (error) => handleExpressError(error, response),
    ),
  );
  const listener = app.listen(0, "127.0.0.1");
  await new Promise((resolve) => listener.on("listening", resolve));
  const post = async (parameters) => {
    const body = new URLSearchParams({ client_id: "shop", client_secret: "secret", ...parameters });
    const response = await fetch(`http://127.0.0.1:${listener.address().port}/token`, { method: "POST", body });
    return [response.status, await response.json()];
  };
  const refresh = async (refresh_token) => {
    const [status, { error }] = await post({ grant_type: "refresh_token", refresh_token });
    return `${status} ${error}`;
  };
  const signIn = async () => (await post({ grant_type: "password", username: "ada", password: "x" }))[1].refresh_token;
  const revoked = await signIn();
  await refresh(revoked);
  const found = [await refresh(revoked)];
  const unknown = await signIn();
  rows.clear();
  found.push(await refresh(unknown));
  listener.close();
  console.log(`${useOpaqueRefreshTokens ? "opaque" : "JWT"} refresh token: revoked: ${found[0]}; unknown: ${found[1]}`);
  return found.join();
}
const { version } = JSON.parse(readFileSync("node_modules/@jmondi/oauth2-server/package.json", "utf8"));
console.log("@jmondi/oauth2-server", version);
const found = [await check(false), await check(true)];
if (found.some((each) => each !== "400 invalid_request,500 server_error")) throw new Error("the behaviour has changed");
JS
node check.mjs
