// @ts-check
/** A plain server of RFC 6749 and RFC 6750, with the choices that these leave to it as modes. */
import { choice } from "../shop/checks.js";
import { bearerChallenge, dialect, jsonText, plainMembers } from "./rfc6749/ways.js";

export const oauth2 = dialect({
  settings: {
    /** The refresh answer holds a new refresh token, the same again, or none: then the old one stays good. */
    rotation: choice("new", "same", "none"),
    /** What becomes of all the tokens of the session when a refresh token that was used is used again. */
    reuse: choice("refused", "ends-family"),
    /** The old access token, at a refresh. */
    oldAccess: choice("lives", "dies"),
    tokenType: choice("Bearer", "bearer", "BEARER", "none"),
  },
  paths: { token: "/token" },
  renewal: ({ rotation, oldAccess }) => ({
    oldAccess,
    oldRefresh: rotation === "new" ? "dies" : "lives",
    answer: rotation,
  }),
  reused: ({ settings, shop }, record) => {
    if (settings.reuse === "ends-family") shop.ledger.retireFamily(record);
  },
  members: (call, issued) => {
    const { tokenType } = call.settings;
    const said = tokenType === "none" ? null : jsonText(tokenType);
    return plainMembers(call, issued).map(([name, text]) => [name, name === "token_type" ? said : text]);
  },
  unauthorized: bearerChallenge("shop"),
});
