// @ts-check
/** What happened, in plain words. The one place that turns reasons, outcomes and codes into sentences. */
import { TokenError } from "storefront-token-client";
import { ApiError } from "./api.js";

/** @typedef {import("storefront-token-client").SessionChangeEvent} SessionChangeEvent */
/** @typedef {import("storefront-token-client").SessionChangeReason} SessionChangeReason */
/** @typedef {import("storefront-token-client").TokenRefreshEvent} TokenRefreshEvent */
/** @typedef {import("./network.js").Sight} Sight */
/** @typedef {"you" | "good" | "wait" | "bad" | "wire"} Tone */
/** @typedef {{ tone: Tone, title: string, why?: string }} Words */

/** @type {Record<SessionChangeReason, Words>} */
const changes = {
  restored: {
    tone: "good",
    title: "Session restored",
    why: "It was kept in sessionStorage. The token endpoint was not asked.",
  },
  "guest-created": {
    tone: "good",
    title: "You are a visitor",
    why: "A request needed a token and nobody was signed in: one visitor, for all that waited.",
  },
  "signed-in": { tone: "good", title: "Signed in", why: "The new session is stored, and then it is used." },
  "guest-replaced": {
    tone: "bad",
    title: "You are another visitor",
    why: "The server had ended the one before, and that list is gone. Better told than hidden.",
  },
  "signed-out": { tone: "good", title: "Signed out", why: "Forgotten here at once. No late answer can bring it back." },
  "refresh-rejected": {
    tone: "bad",
    title: "The server ended the session",
    why: "It says that the refresh token is dead. Nothing less would end a session.",
  },
  expired: { tone: "bad", title: "The session is over", why: "The token's life ended, and there is no refresh token." },
};

/** @param {SessionChangeEvent} event @param {boolean} wasGuest */
export function ofChange({ reason, error }, wasGuest) {
  const words = changes[reason];
  if (reason === "signed-in" && wasGuest) {
    return { ...words, why: "The visitor's list came along: their fresh token went with the password." };
  }
  if (!error) return words;
  return { ...words, why: `${words.why} (${[error.status, error.error].filter(Boolean).join(" ")})` };
}

/** @type {Record<"due" | "over" | "refused" | "asked", string>} */
const causes = {
  due: "Before its life ended, so that nobody had to wait.",
  over: "Its life was over, and nobody was handed a dead one: whoever needed it waited.",
  refused: "The API refused the token. One renewal serves every request that was refused.",
  asked: "Somebody asked for a newer one. One request serves all who ask.",
};

/** @param {TokenRefreshEvent} event @param {keyof typeof causes} cause @returns {Words} */
export function ofRefresh({ outcome, attempt, retryIn, error }, cause) {
  if (outcome === "refreshed") return { tone: "good", title: "Token renewed", why: causes[cause] };
  const why = `${error ? ofError(error) : ""} That proves nothing, so the session is kept. Attempt ${attempt}.`;
  if (outcome === "retrying") return { tone: "wait", title: `Renewal failed, again in ${seconds(retryIn ?? 0)}`, why };
  return { tone: "wait", title: "Renewal failed, again when a token is needed", why };
}

/** @param {number} count */
const seconds = (count) => `${count < 10 ? count.toFixed(1) : Math.round(count)} s`;

/** @type {[method: string, path: RegExp, title: string][]} */
const deeds = [
  ["GET", /products$/, "Read the shelves"],
  ["GET", /shoppinglists$/, "Read the list"],
  ["GET", /customer$/, "Asked who I am"],
  ["POST", /shoppinglistitems$/, "Put on the list"],
  ["DELETE", /shoppinglistitems/, "Taken off the list"],
];

/** @type {Record<"visitor" | "sign-in" | "renewal", string>} */
const grants = { visitor: "Asked for a visitor", "sign-in": "Asked to sign in", renewal: "Asked for a new token" };

/** @param {Sight} sight */
export function ofRequest({ method, path, grant, carries }) {
  if (grant) return carries ? `${grants[grant]}, list in hand` : grants[grant];
  return deeds.find(([verb, pattern]) => verb === method && pattern.test(path))?.[2] ?? path;
}

/** @type {Record<string, string>} */
const errors = {
  network: "No answer came through.",
  rate_limited: "The server asks for patience.",
  server_unavailable: "The server failed.",
  invalid_answer: "What came back is not a token answer.",
  timeout: "No answer yet.",
  invalid_credentials: "User name or password is wrong.",
  login_required: "Please sign in again.",
  signed_out: "You signed out meanwhile.",
};

/** For the shopper. @param {unknown} error */
export function ofError(error) {
  if (error instanceof TokenError) {
    const words = errors[error.code] ?? "That did not work.";
    return error.status ? `${words.slice(0, -1)} (${error.status}).` : words;
  }
  if (error instanceof ApiError) return `The shop cannot do that now (${error.status}).`;
  return "No answer came through.";
}
