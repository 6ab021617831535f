// @ts-check
/** oauth2orize with passport, set up as in its documentation, over tokens on disk. Each refresh token is used once. */
import { randomBytes } from "node:crypto";
// @ts-expect-error: it has no types
import express from "express";
// @ts-expect-error: it has no types
import oauth2orize from "oauth2orize";
// @ts-expect-error: it has no types
import passport from "passport";
// @ts-expect-error: it has no types
import { BasicStrategy } from "passport-http";
// @ts-expect-error: it has no types
import { Strategy as ClientPasswordStrategy } from "passport-oauth2-client-password";
import { isUser, locked, serve, settings, tokenCommands } from "./harness.js";
import { TokenStore } from "./token-store.js";

/** @typedef {(error: Error | null, ...values: any[]) => void} Done */

const DAY = 86_400_000;

const tokens = new TokenStore(settings.folder);
let lifetime = 3600;

/** @param {string} id @param {string} secret @param {Done} done */
const authenticate = (id, secret, done) => done(null, id === settings.clientId && secret === settings.clientSecret && { id });
passport.use(new BasicStrategy(authenticate));
passport.use(new ClientPasswordStrategy(authenticate));

const server = oauth2orize.createServer();

/** @param {any} client @param {string} username @param {Done} done */
function issue(client, username, done) {
  const [access, refresh] = [randomBytes(32).toString("hex"), randomBytes(32).toString("hex")];
  tokens.put("access", access, { username, expiresAt: Date.now() + lifetime * 1000 });
  tokens.put("refresh", refresh, { username, clientId: client.id, expiresAt: Date.now() + DAY });
  done(null, access, refresh, { expires_in: lifetime });
}

server.exchange(
  oauth2orize.exchange.password((/** @type {any} */ client, /** @type {string} */ username, /** @type {string} */ password, /** @type {any} */ scope, /** @type {Done} */ done) =>
    isUser(username, password) ? issue(client, username, done) : done(null, false),
  ),
);
server.exchange(
  oauth2orize.exchange.refreshToken((/** @type {any} */ client, /** @type {string} */ token, /** @type {any} */ scope, /** @type {Done} */ done) => {
    const record = tokens.get("refresh", token);
    const valid = record?.clientId === client.id && record.expiresAt > Date.now() && !locked;
    if (!valid || !tokens.take("refresh", token)) return done(null, false);
    issue(client, record.username, done);
  }),
);

const app = express().disable("x-powered-by").use(express.urlencoded({ extended: false }));
app.use(passport.initialize());
app.post(
  "/token",
  passport.authenticate(["basic", "oauth2-client-password"], { session: false }),
  server.token(),
  server.errorHandler(),
);
app.get("/api/me", (/** @type {any} */ request, /** @type {any} */ response) => {
  const token = tokens.get("access", request.get("authorization")?.slice("Bearer ".length) ?? "");
  if (!token || token.expiresAt < Date.now()) return void response.sendStatus(401);
  response.json({ username: token.username });
});

serve(app, {
  ...tokenCommands(tokens),
  accessLifetime: (seconds) => void (lifetime = seconds),
  revokeRefreshTokens: () => tokens.clear("refresh"),
  expireRefreshTokens: () => tokens.change("refresh", (record) => ({ ...record, expiresAt: 0 })),
});
