// @ts-check
/** Canaille, which is built on Authlib. Source: Canaille 0.3.6 with Authlib 1.9.10, run with hypercorn and sqlite. */
import { flag, whole } from "../shop/checks.js";
import { rawBasic } from "./rfc6749/client-authentication.js";
import { bearerChallenge, dialect } from "./rfc6749/defaults.js";
import { INVALID_REFRESH_TOKEN, OAuthError, errorTable } from "./rfc6749/errors.js";
import { issue } from "./rfc6749/tokens.js";

/** @typedef {import("./rfc6749/defaults.js").Call} Call */

export const canaille = dialect({
  settings: {
    /** Of a sign-in. */
    accessLifetime: whole(864_000),
    /** Of a refresh. */
    refreshedLifetime: whole(3600),
    /** True: a second token request of a user in the same second is a 500, because its JWT is the same. */
    oneTokenPerSecond: flag(false),
  },
  paths: { token: "/oauth/token" },
  errors: errorTable([
    [INVALID_REFRESH_TOKEN, 400, "invalid_grant"],
    ["disabledUserAtRefresh", 400, "invalid_request", "There is no 'user' for this token."],
    ["wrongPassword disabledUser", 400, "invalid_request", "Invalid 'username' or 'password' in request."],
    ["noClient noSecret wrongSecret", 401, "invalid_client"],
    ["unknownClient", 400, "invalid_client"],
  ]),
  /** Percent-encoding is decoded, "+" is not. */
  readBasic: (call) => {
    const raw = rawBasic(call);
    return raw && { id: percentDecoded(raw.id), secret: percentDecoded(raw.secret) };
  },
  startSession: async (call, holder) => {
    if (call.settings.oneTokenPerSecond) refuseSameSecond(call, holder.subject);
    return issue(call, holder);
  },
  refreshEffect: () => ({ oldAccess: "revoked", oldRefresh: "revoked", refreshToken: "new" }),
  /** The refresh token expires with its access token. */
  lifetimes: ({ settings, parameters }) => {
    const isRefresh = parameters.grant_type === "refresh_token";
    const lifetime = isRefresh ? settings.refreshedLifetime : settings.accessLifetime;
    return { accessLifetime: lifetime, refreshLifetime: lifetime };
  },
  unauthorized: bearerChallenge("canaille"),
});

/** @param {Call} call @param {string} subject */
function refuseSameSecond({ shop }, subject) {
  const second = Math.floor(shop.now() / 1000);
  const key = `last token of ${subject}`;
  if (shop.memory.get(key) === second) throw new OAuthError(500, "internal_server_error");
  shop.memory.set(key, second);
}

/** Text that is not percent-encoded stays as it is. @param {string} text */
function percentDecoded(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
