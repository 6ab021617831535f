// @ts-check
/** The servers that the scenarios are played at. */
import { fileURLToPath } from "node:url";
import { startMockServer } from "./mock-server.js";
import { mockServers } from "./mock-servers.js";
import { startReal } from "./real-server.js";

/** @typedef {import("./scenario.js").Server & { close: () => Promise<void> }} Started */
/** @typedef {import("./scenario.js").Supports} Supports */

/**
 * @typedef {object} Entry
 * @property {string} name
 * @property {Supports} supports
 * @property {boolean} [inPages]  whether it is used from a browser too
 * @property {(origins?: string[]) => Promise<Started>} start  with the origins of the pages that may call it
 */

const PYTHON = fileURLToPath(new URL("../../.tools/servers/bin/python", import.meta.url));
const here = (/** @type {string} */ name) => fileURLToPath(new URL(name, import.meta.url));

const REJECTED = { status: 400, error: "invalid_grant" };
const ACCEPTED = { status: 200 };

const DJANGO = {
  command: PYTHON,
  args: [here("django_toolkit.py")],
  paths: { token: "/o/token/", revocation: "/o/revoke_token/" },
};

/** Authlib's response to a wrong password differs from that to a missing parameter in the description only. */
const WRONG_PASSWORD = {
  status: 400,
  error: "invalid_request",
  error_description: "Invalid 'username' or 'password' in request.",
};

const AUTHLIB = {
  command: PYTHON,
  args: [here("authlib_flask.py")],
  paths: { token: "/oauth/token", revocation: "/oauth/revoke" },
  dialect: { extends: /** @type {const} */ ("oauth2"), errors: { invalid_credentials: WRONG_PASSWORD } },
};

const NODE_OAUTH = { command: process.execPath, args: [here("node-oauth.js")], paths: { token: "/token" } };

const authlib = { endlessRefreshTokens: true };

/** @type {import("./real-server.js").Row[]} */
const real = [
  {
    ...DJANGO,
    name: "django-oauth-toolkit",
    settings: { provider: { ROTATE_REFRESH_TOKEN: true } },
    supports: { replay: REJECTED },
    inPages: true,
  },
  {
    ...DJANGO,
    name: "django-oauth-toolkit, which ends the session when a refresh token is used twice",
    settings: { provider: { ROTATE_REFRESH_TOKEN: true, REFRESH_TOKEN_REUSE_PROTECTION: true } },
    supports: { replay: { ...REJECTED, ends: true } },
  },
  {
    ...DJANGO,
    name: "django-oauth-toolkit without rotation, and a client secret of any characters",
    settings: { provider: { ROTATE_REFRESH_TOKEN: false } },
    clientSecret: "a b:c%d+e&f é",
    supports: { replay: ACCEPTED },
  },
  {
    ...AUTHLIB,
    name: "Authlib with rotation, and a client secret",
    settings: { newRefreshToken: true, revokesOld: true },
    // No space: Authlib decodes %20 but not the + of a form. ASCII only: Authlib answers 500 to other secrets in Basic.
    clientSecret: "a:b%c+d&e",
    supports: { ...authlib, replay: REJECTED },
  },
  {
    ...AUTHLIB,
    name: "Authlib without rotation",
    settings: { newRefreshToken: false, revokesOld: false },
    supports: { ...authlib, replay: ACCEPTED },
    inPages: true,
  },
  {
    ...AUTHLIB,
    name: "Authlib configured as in its examples, which revoke the refresh token and issue no other",
    settings: { newRefreshToken: false, revokesOld: true },
    supports: { ...authlib, replay: REJECTED, refreshesOnce: true },
  },
  {
    ...NODE_OAUTH,
    name: "@node-oauth/oauth2-server",
    settings: { newRefreshToken: true },
    supports: { replay: REJECTED },
    inPages: true,
  },
  {
    ...NODE_OAUTH,
    name: "@node-oauth/oauth2-server without rotation, and a client secret",
    settings: { newRefreshToken: false },
    // It does not decode Basic credentials, so that this secret has only characters that form-encoding leaves unchanged.
    clientSecret: "worthless.outside-this_test",
    supports: { replay: ACCEPTED },
  },
];

export const rows = [...real.map(realEntry), ...mockServers.map(mockEntry)];

/** @param {import("./real-server.js").Row} row @returns {Entry} */
function realEntry(row) {
  const { clientSecret, paths } = row;
  const supports = { ...row.supports, clientSecret: clientSecret !== undefined, revocation: paths.revocation !== undefined };
  return { ...row, supports, start: (origins = []) => startReal({ ...row, supports }, origins) };
}

/** @param {import("./mock-server.js").Row} row @returns {Entry} */
function mockEntry(row) {
  return { ...row, start: (origins = []) => startMockServer(row, origins) };
}
