// @ts-check
/** `@node-oauth/oauth2-server`, over Node's own HTTP server and tokens on disk. It obeys as harness.py does. */
import OAuth2Server from "@node-oauth/oauth2-server";
// @ts-expect-error: it brings no types
import cors from "cors";
import { appendFileSync } from "node:fs";
import { createServer } from "node:http";
import { createInterface } from "node:readline";
import { TokenStore } from "./token-store.js";

const { Request, Response } = OAuth2Server;
const settings = JSON.parse(process.argv[2]);
const tokens = new TokenStore(settings.folder);
const client = { id: settings.clientId, grants: ["password", "refresh_token"], accessTokenLifetime: 3600 };

/** What the library asks of a store. @type {any} */
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

/** The library compares times, and JSON has none. @param {any} record */
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

const server = createServer((asked, reply) => allow(asked, reply, () => attend(asked, reply)));

/** @param {import("node:http").IncomingMessage} asked @param {import("node:http").ServerResponse} reply */
async function attend(asked, reply) {
  const { method = "", url = "" } = asked;
  const headers = /** @type {Record<string, string>} */ (asked.headers);
  const body = Object.fromEntries(new URLSearchParams(await textOf(asked)));
  const response = new Response({ headers: {} });
  await answer(new Request({ method, headers, query: {}, body }), response, routes[`${method} ${url}`]);
  // Before anybody can have the answer.
  appendFileSync(settings.log, `${JSON.stringify({ method, path: url, status: response.status })}\n`);
  reply.writeHead(response.status ?? 200, { "Content-Type": "application/json", ...response.headers });
  reply.end(JSON.stringify(response.body));
}

/** @param {any} request @param {any} response @param {typeof routes[string] | undefined} route */
async function answer(request, response, route) {
  if (!route) return void (response.status = 404);
  // At the token endpoint, the library has written its refusal already; at the API it leaves that to its user.
  await route(request, response).catch((error) => (response.status = error.code ?? 500));
}

/** @param {import("node:http").IncomingMessage} asked */
async function textOf(asked) {
  let text = "";
  for await (const chunk of asked.setEncoding("utf8")) text += chunk;
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
const tell = (fact) => process.stdout.write(`${JSON.stringify(fact)}\n`);

server.listen(settings.port, "127.0.0.1", () => tell({ port: /** @type {any} */ (server.address()).port }));
createInterface({ input: process.stdin })
  .on("line", (line) => {
    const { command, value } = JSON.parse(line);
    commands[command](value);
    tell({ done: command });
  })
  .on("close", () => process.exit());
