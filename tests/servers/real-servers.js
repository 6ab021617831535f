// @ts-check
/** The authorization servers of other projects, each in the configurations that matter to a session. */
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** @typedef {import("./real-server.js").Row} Row */

const file = (/** @type {string} */ path) => fileURLToPath(new URL(path, import.meta.url));
const program = (/** @type {string} */ name) => file(`programs/${name}`);

const PYTHON = file("../../.tools/servers/bin/python");
/** The Node of tests/hosts, since oidc-provider requires Node 22; this Node if there is none for the platform. */
const NEWER_NODE = file(`../hosts/node_modules/node-linux-${process.arch}/bin/node`);

const SECRET = "a b:c%d+e&f é";
/** oidc-provider allows no other characters in a secret, and Authlib none in Basic credentials. */
const ASCII_SECRET = "a b:c%d+e&f";
/** For servers that do not decode Basic credentials: some cut the secret at a colon. */
const RAW_SECRET = "a b%c+d&e";

const DECODED = /** @type {const} */ ({ secretMethods: ["client_secret_basic", "client_secret_post"] });
const NOT_DECODED = /** @type {const} */ ({ secretMethods: ["client_secret_basic_raw", "client_secret_post"] });

const REJECTED = { status: 400, error: "invalid_grant" };
const ACCEPTED = { status: 200 };

const DJANGO = {
  command: PYTHON,
  args: [program("django_toolkit.py")],
  paths: { token: "/o/token/", revocation: "/o/revoke_token/" },
};

/** For a client that is registered for Basic alone, which is refused in the body. @type {import("storefront-token-client").ServerProfile} */
const AUTHLIB_PROFILE = { extends: "authlib", clientAuthentication: "client_secret_basic" };

const AUTHLIB = {
  command: PYTHON,
  args: [program("authlib_flask.py")],
  paths: { token: "/oauth/token", revocation: "/oauth/revoke" },
  profile: AUTHLIB_PROFILE,
};
const AUTHLIB_SUPPORTS = { endlessRefreshTokens: true, deletesRefreshTokens: true, locksUsers: true, rejectsLockedTwice: true };

const CANAILLE = {
  command: PYTHON,
  args: [program("canaille_oidc.py")],
  paths: { token: "/oauth/token", api: "/oauth/userinfo" },
  // The OAuth client is registered for Basic alone. `TokenClient` finds that out.
  profile: /** @type {const} */ ({ extends: "authlib" }),
  settings: {},
};

/** @param {string} file  that the Debian packages install @param {string} packages */
const needs = (file, packages) => (existsSync(file) ? undefined : `not installed; on Debian: apt-get install ${packages}`);

const DOORKEEPER = {
  command: "ruby",
  args: [program("doorkeeper.rb")],
  paths: { token: "/oauth/token" },
  missing: needs("/usr/share/rubygems-integration/all/specifications/doorkeeper-5.5.0.gemspec", "ruby-doorkeeper"),
};

const GLEWLWYD = {
  command: PYTHON,
  args: [program("glewlwyd.py")],
  paths: { token: "/api/oidc/token" },
  profile: /** @type {const} */ ({ extends: "glewlwyd" }),
  // Without a scope the response is an empty 400.
  options: { scope: "shop" },
  missing: needs("/usr/bin/glewlwyd", "glewlwyd"),
};
/** Its response to a wrong client secret is the same as to a refresh token that is not valid: 400 without a body. */
const GLEWLWYD_SUPPORTS = { rejectsTwice: true, deletesRefreshTokens: true, unknownClient: { code: "invalid_answer" }, wrongSecret: /** @type {const} */ ("rejects-token") };

const LEMONLDAP = {
  command: PYTHON,
  args: [program("lemonldap.py")],
  paths: { token: "/oauth2/token", api: "/oauth2/userinfo" },
  // Without a scope the response is `invalid_scope`.
  options: { scope: "openid" },
  // One of its demonstration users.
  account: { username: "dwho", password: "dwho" },
  missing: needs("/usr/share/perl5/Lemonldap/NG/Portal/Main.pm", "liblemonldap-ng-portal-perl"),
};

/** @param {string} name @param {string} [command] */
const node = (name, command = process.execPath) => ({ command, args: [program(name)], paths: { token: "/token" } });

const OAUTH2_SERVER = node("oauth2-server.js");
const JMONDI = node("jmondi.js");
const JMONDI_SUPPORTS = {
  replay: { status: 400, error: "invalid_request" },
  rejectsTwice: true,
  unknownClient: { code: "server_unavailable", error: "server_error" },
  failsAtDeletedTokens: true,
};
const OIDC_PROVIDER = node("oidc-provider.js", existsSync(NEWER_NODE) ? NEWER_NODE : undefined);

/** @type {Row[]} */
export const realServers = [
  {
    ...DJANGO,
    name: "django-oauth-toolkit",
    settings: { provider: { ROTATE_REFRESH_TOKEN: true } },
    supports: { replay: REJECTED, deletesRefreshTokens: true },
    inPages: true,
  },
  {
    ...DJANGO,
    name: "django-oauth-toolkit, which ends the session when a refresh token is used twice",
    settings: { provider: { ROTATE_REFRESH_TOKEN: true, REFRESH_TOKEN_REUSE_PROTECTION: true } },
    supports: { replay: { ...REJECTED, ends: true }, deletesRefreshTokens: true },
  },
  {
    ...DJANGO,
    name: "django-oauth-toolkit without rotation, and a client secret of any characters",
    settings: { provider: { ROTATE_REFRESH_TOKEN: false } },
    clientSecret: SECRET,
    supports: { replay: ACCEPTED, deletesRefreshTokens: true, ...DECODED },
  },
  {
    ...AUTHLIB,
    name: "Authlib with rotation, and a client secret",
    settings: { newRefreshToken: true, revokesOld: true },
    clientSecret: ASCII_SECRET,
    supports: { ...AUTHLIB_SUPPORTS, replay: REJECTED },
  },
  {
    ...AUTHLIB,
    name: "Authlib without rotation",
    settings: { newRefreshToken: false, revokesOld: false },
    supports: { ...AUTHLIB_SUPPORTS, replay: ACCEPTED },
    inPages: true,
  },
  {
    ...AUTHLIB,
    name: "Authlib configured as in its examples, which revoke the refresh token and issue no other",
    settings: { newRefreshToken: false, revokesOld: true },
    supports: { ...AUTHLIB_SUPPORTS, replay: REJECTED, refreshesOnce: true },
  },
  {
    ...CANAILLE,
    name: "Canaille, whose refresh token expires with its access token",
    clientSecret: ASCII_SECRET,
    supports: { replay: REJECTED, expiresTogether: true, deletesRefreshTokens: true, locksUsers: true, rejectsLockedTwice: true },
  },
  {
    ...OAUTH2_SERVER,
    name: "@node-oauth/oauth2-server",
    settings: { module: "@node-oauth/oauth2-server", newRefreshToken: true, tellsRefreshLifetime: true },
    supports: { replay: REJECTED, locksUsers: true, deletesRefreshTokens: true, tellsRefreshLifetime: true },
    inPages: true,
  },
  {
    ...OAUTH2_SERVER,
    name: "@node-oauth/oauth2-server without rotation, and a client secret",
    settings: { module: "@node-oauth/oauth2-server", newRefreshToken: false },
    clientSecret: RAW_SECRET,
    supports: { ...NOT_DECODED, replay: ACCEPTED, locksUsers: true, deletesRefreshTokens: true },
  },
  {
    ...OAUTH2_SERVER,
    name: "oauth2-server 3",
    settings: { module: "oauth2-server", newRefreshToken: true },
    clientSecret: RAW_SECRET,
    supports: { ...NOT_DECODED, replay: REJECTED, locksUsers: true, deletesRefreshTokens: true },
  },
  {
    ...JMONDI,
    name: "@jmondi/oauth2-server",
    settings: { server: {} },
    clientSecret: RAW_SECRET,
    supports: { ...NOT_DECODED, ...JMONDI_SUPPORTS },
  },
  {
    ...JMONDI,
    name: "@jmondi/oauth2-server with opaque refresh tokens, for a public client",
    settings: { server: { useOpaqueRefreshTokens: true } },
    supports: JMONDI_SUPPORTS,
    inPages: true,
  },
  {
    ...OIDC_PROVIDER,
    name: "oidc-provider, and a client secret with special characters",
    settings: {},
    clientSecret: ASCII_SECRET,
    supports: { ...DECODED, replay: ACCEPTED, locksUsers: true, deletesRefreshTokens: true },
  },
  {
    ...OIDC_PROVIDER,
    name: "oidc-provider, which ends the session of a public client when a refresh token is used twice",
    settings: {},
    supports: { replay: { ...REJECTED, ends: true }, locksUsers: true, deletesRefreshTokens: true },
    inPages: true,
  },
  {
    ...node("oauth2orize.js"),
    profile: { extends: "oauth2orize" },
    name: "oauth2orize",
    settings: {},
    clientSecret: RAW_SECRET,
    supports: {
      ...NOT_DECODED,
      replay: { status: 403, error: "invalid_grant" },
      locksUsers: true,
      deletesRefreshTokens: true,
      // passport's response to a wrong client is the text "Unauthorized".
      unknownClient: { code: "client_rejected" },
      wrongSecret: { code: "client_rejected" },
    },
  },
  {
    ...DOORKEEPER,
    name: "Doorkeeper, whose refresh token stays valid until the next access token is used",
    settings: { previousRefreshToken: true },
    clientSecret: RAW_SECRET,
    supports: { ...NOT_DECODED, replay: ACCEPTED, endlessRefreshTokens: true, deletesRefreshTokens: true },
  },
  {
    ...DOORKEEPER,
    name: "Doorkeeper without the column for that, for a public client",
    settings: { previousRefreshToken: false },
    supports: { replay: REJECTED, endlessRefreshTokens: true, deletesRefreshTokens: true },
  },
  {
    ...GLEWLWYD,
    name: "Glewlwyd",
    settings: { oneUse: "never" },
    clientSecret: RAW_SECRET,
    supports: { ...NOT_DECODED, ...GLEWLWYD_SUPPORTS, replay: ACCEPTED },
  },
  {
    ...GLEWLWYD,
    name: "Glewlwyd, which ends the session when a refresh token is used twice",
    settings: { oneUse: "always" },
    clientSecret: RAW_SECRET,
    supports: { ...NOT_DECODED, ...GLEWLWYD_SUPPORTS, replay: { status: 400, ends: true } },
  },
  {
    ...LEMONLDAP,
    name: "LemonLDAP::NG",
    settings: {},
    clientSecret: RAW_SECRET,
    supports: { ...NOT_DECODED, replay: ACCEPTED, rejectsTwice: true },
  },
];
