// @ts-check
/** A server of RFC 6749 and RFC 6750. Its settings are the choices that these leave to a server. */
import { choice } from "../shop/checks.js";
import { bearerChallenge, dialect, jsonText, standardMembers } from "./rfc6749/defaults.js";

export const oauth2 = dialect({
  settings: {
    /** The refresh response has a new refresh token, the same one, or none: then the old one stays valid. */
    rotation: choice("new", "same", "none"),
    /** What a second use of a refresh token does: it is refused, or revokes all the tokens of the session. */
    reuse: choice("refused", "ends-family"),
    /** The old access token after a refresh. */
    oldAccess: choice("valid", "revoked"),
    tokenType: choice("Bearer", "bearer", "BEARER", "none"),
  },
  paths: { token: "/token" },
  refreshEffect: ({ rotation, oldAccess }) => ({
    oldAccess,
    oldRefresh: rotation === "new" ? "revoked" : "valid",
    refreshToken: rotation,
  }),
  onReuse: ({ settings, shop }, record) => {
    if (settings.reuse === "ends-family") shop.tokens.revokeFamily(record);
  },
  members: (call, issued) => {
    const { tokenType } = call.settings;
    const text = tokenType === "none" ? null : jsonText(tokenType);
    return standardMembers(call, issued).map(([name, value]) => [name, name === "token_type" ? text : value]);
  },
  unauthorized: bearerChallenge("shop"),
});
