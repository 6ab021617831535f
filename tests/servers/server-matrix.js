// @ts-check
/** The servers that the stories are played at. */
import { fileURLToPath } from "node:url";
import { startDouble } from "./mock-server.js";
import { doubles } from "./mock-servers.js";
import { startReal } from "./real-server.js";

/** @typedef {import("./scenario.js").Server & { close: () => Promise<void> }} Started */
/** @typedef {import("./scenario.js").Supports} Supports */

/**
 * @typedef {object} Entry
 * @property {string} name
 * @property {Supports} supports
 * @property {boolean} [inPages]  played in a browser too
 * @property {(origins?: string[]) => Promise<Started>} start  with the origins whose pages may call it
 */

const PYTHON = fileURLToPath(new URL("../../.tools/servers/bin/python", import.meta.url));
const here = (/** @type {string} */ name) => fileURLToPath(new URL(name, import.meta.url));

const REFUSED = { status: 400, error: "invalid_grant" };
const HONOURED = { status: 200 };

const DJANGO = {
  command: PYTHON,
  args: [here("django_toolkit.py")],
  paths: { token: "/o/token/", revocation: "/o/revoke_token/" },
};

/** It says of a wrong password what it says of a parameter that is missing, but for the description. */
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

const authlib = { refreshTokensForEver: true };

/** @type {import("./real-server.js").Row[]} */
const real = [
  {
    ...DJANGO,
    name: "django-oauth-toolkit",
    settings: { provider: { ROTATE_REFRESH_TOKEN: true } },
    supports: { replay: REFUSED },
    inPages: true,
  },
  {
    ...DJANGO,
    name: "django-oauth-toolkit, which ends the session when a refresh token is used twice",
    settings: { provider: { ROTATE_REFRESH_TOKEN: true, REFRESH_TOKEN_REUSE_PROTECTION: true } },
    supports: { replay: { ...REFUSED, ends: true } },
  },
  {
    ...DJANGO,
    name: "django-oauth-toolkit without rotation, and a client secret of any characters",
    settings: { provider: { ROTATE_REFRESH_TOKEN: false } },
    clientSecret: "a b:c%d+e&f é",
    supports: { replay: HONOURED },
  },
  {
    ...AUTHLIB,
    name: "Authlib with rotation, and a client secret",
    settings: { newRefreshToken: true, revokesOld: true },
    // No space, since Authlib decodes %20 and leaves the + of a form; ASCII, since it fails with 500 on any other secret.
    clientSecret: "a:b%c+d&e",
    supports: { ...authlib, replay: REFUSED },
  },
  {
    ...AUTHLIB,
    name: "Authlib without rotation",
    settings: { newRefreshToken: false, revokesOld: false },
    supports: { ...authlib, replay: HONOURED },
    inPages: true,
  },
  {
    ...AUTHLIB,
    name: "Authlib as its examples have it, which revoke the refresh token and give no other",
    settings: { newRefreshToken: false, revokesOld: true },
    supports: { ...authlib, replay: REFUSED, refreshesOnce: true },
  },
  {
    ...NODE_OAUTH,
    name: "@node-oauth/oauth2-server",
    settings: { newRefreshToken: true },
    supports: { replay: REFUSED },
    inPages: true,
  },
  {
    ...NODE_OAUTH,
    name: "@node-oauth/oauth2-server without rotation, and a client secret",
    settings: { newRefreshToken: false },
    // It decodes nothing in Basic credentials: only what a form leaves as it is can be sent both ways.
    clientSecret: "worthless.outside-this_test",
    supports: { replay: HONOURED },
  },
];

export const rows = [...real.map(realEntry), ...doubles.map(doubleEntry)];

/** @param {import("./real-server.js").Row} row @returns {Entry} */
function realEntry(row) {
  const { clientSecret, paths } = row;
  const supports = { ...row.supports, clientSecret: clientSecret !== undefined, revocation: paths.revocation !== undefined };
  return { ...row, supports, start: (origins = []) => startReal({ ...row, supports }, origins) };
}

/** @param {import("./mock-server.js").Row} row @returns {Entry} */
function doubleEntry(row) {
  return { ...row, start: (origins = []) => startDouble(row, origins) };
}
