// @ts-check
/** `@node-oauth/oauth2-server` over Node's HTTP server, with tokens on disk. It takes commands as harness.py describes. */
import OAuth2Server from "@node-oauth/oauth2-server";
// @ts-expect-error: it has no types
import cors from "cors";
import { appendFileSync } from "node:fs";
import { createServer } from "node:http";
import { createInterface } from "node:readline";
import { TokenStore } from "./token-store.js";

const { Request, Response } = OAuth2Server;
const settings = JSON.parse(process.argv[2]);
const tokens = new TokenStore(settings.folder);
const client = { id: settings.clientId, grants: ["password", "refresh_token"], accessTokenLifetime: 3600 };

/** The model that the library wants. @type {any} */
const model = {
  /** @param {string} id @param {string | undefined} secret */
  getClient: async (id, secret) => id === client.id && (secret ?? undefined) === settings.clientSecret && client,
  /** @param {string} username @param {string} password */
  getUser: async (username, password) =>
    username === settings.username && password === settings.password && { username },
  /** @param {any} token @param {object} client @param {object} user */
  saveToken: async (token, client, user) => {
    const saved = { ...token, client, user };
    tokens.put("access", token.accessToken, saved);
    if (token.refreshToken) tokens.put("refresh", token.refreshToken, saved);
    return saved;
  },
  /** @param {string} token */
  getAccessToken: async (token) => dated(tokens.get("access", token)),
  /** @param {string} token */
  getRefreshToken: async (token) => dated(tokens.get("refresh", token)),
  /** @param {any} token */
  revokeToken: async ({ refreshToken }) => tokens.take("refresh", refreshToken),
};

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

const allow = cors({ origin: settings.origins });

const server = createServer((incoming, outgoing) => allow(incoming, outgoing, () => respond(incoming, outgoing)));

/** @param {import("node:http").IncomingMessage} incoming @param {import("node:http").ServerResponse} outgoing */
async function respond(incoming, outgoing) {
  const { method = "", url = "" } = incoming;
  const headers = /** @type {Record<string, string>} */ (incoming.headers);
  const body = Object.fromEntries(new URLSearchParams(await textOf(incoming)));
  const response = new Response({ headers: {} });
  await handle(new Request({ method, headers, query: {}, body }), response, routes[`${method} ${url}`]);
  // Before the client gets the response.
  appendFileSync(settings.log, `${JSON.stringify({ method, path: url, status: response.status })}\n`);
  outgoing.writeHead(response.status ?? 200, { "Content-Type": "application/json", ...response.headers });
  outgoing.end(JSON.stringify(response.body));
}

/** @param {any} request @param {any} response @param {typeof routes[string] | undefined} route */
async function handle(request, response, route) {
  if (!route) return void (response.status = 404);
  // At the token endpoint the library has written the error response; at the API that is left to its user.
  await route(request, response).catch((error) => (response.status = error.code ?? 500));
}

/** @param {import("node:http").IncomingMessage} incoming */
async function textOf(incoming) {
  let text = "";
  for await (const chunk of incoming.setEncoding("utf8")) text += chunk;
  return text;
}

/** @type {Record<string, (value: any) => void>} */
const commands = {
  accessLifetime: (seconds) => void (client.accessTokenLifetime = seconds),
  endAccessTokens: () => tokens.clear("access"),
  revokeRefreshTokens: () => tokens.clear("refresh"),
  expireRefreshTokens: () => tokens.change("refresh", (record) => ({ ...record, refreshTokenExpiresAt: new Date(0) })),
};

/** @param {object} fact */
const report = (fact) => process.stdout.write(`${JSON.stringify(fact)}\n`);

server.listen(settings.port, "127.0.0.1", () => report({ port: /** @type {any} */ (server.address()).port }));
createInterface({ input: process.stdin })
  .on("line", (line) => {
    const { command, value } = JSON.parse(line);
    commands[command](value);
    report({ done: command });
  })
  .on("close", () => process.exit());
