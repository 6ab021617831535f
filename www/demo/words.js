// @ts-check
/** What happened, in plain words. The one place that turns reasons, outcomes and codes into sentences. */
import { TokenError } from "storefront-token-client";
import { ApiError } from "./api.js";

/** @typedef {import("storefront-token-client").SessionChangeEvent} SessionChangeEvent */
/** @typedef {import("storefront-token-client").SessionChangeReason} SessionChangeReason */
/** @typedef {import("storefront-token-client").TokenClient} TokenClient */
/** @typedef {import("storefront-token-client").TokenRefreshEvent} TokenRefreshEvent */
/** @typedef {import("./network.js").Sight} Sight */
/** @typedef {"you" | "good" | "wait" | "bad" | "wire"} Tone */
/** @typedef {{ tone: Tone, title: string, why?: string }} Words */
/** @typedef {Words & { deed: string }} Deed  with what a tab says of itself */

/** @type {Record<SessionChangeReason, Deed>} */
const changes = {
  restored: {
    tone: "good",
    title: "Session restored",
    why: "It was kept in sessionStorage. The token endpoint was not asked.",
    deed: "found its session",
  },
  "guest-created": {
    tone: "good",
    title: "You are a visitor",
    why: "A request needed a token and nobody was signed in: one visitor, for all that waited.",
    deed: "made the visitor",
  },
  "signed-in": {
    tone: "good",
    title: "Signed in",
    why: "The new session is stored, and then it is used.",
    deed: "signed in",
  },
  "guest-replaced": {
    tone: "bad",
    title: "You are another visitor",
    why: "The server had ended the one before, and that list is gone. Better told than hidden.",
    deed: "made another visitor",
  },
  "signed-out": {
    tone: "good",
    title: "Signed out",
    why: "Forgotten here at once. No late answer can bring it back.",
    deed: "signed out",
  },
  "signed-out-elsewhere": {
    tone: "good",
    title: "Signed out in another tab",
    why: "It told this one, which forgot the session at once.",
    deed: "followed the sign-out",
  },
  "storage-cleared": {
    tone: "bad",
    title: "The session was cleared away",
    why: "Its record is gone from sessionStorage, and no client took it.",
    deed: "found its storage cleared",
  },
  "refresh-rejected": {
    tone: "bad",
    title: "The server ended the session",
    why: "It says that the refresh token is dead. Nothing less would end a session.",
    deed: "lost the session",
  },
  expired: {
    tone: "bad",
    title: "The session is over",
    why: "The token's life ended, and there is no refresh token.",
    deed: "saw the session end",
  },
};

/** The same, where another tab did it and told this one. @type {Partial<Record<SessionChangeReason, Deed>>} */
const changesElsewhere = {
  restored: {
    tone: "good",
    title: "Session joined",
    why: "Another tab has it, and shared it. The token endpoint was not asked.",
    deed: "joined the session",
  },
  "guest-created": {
    tone: "good",
    title: "You are a visitor, as in the other tab",
    why: "It made one and told this tab: one visitor for both.",
    deed: "joined the visitor",
  },
  "signed-in": {
    tone: "good",
    title: "Signed in, in another tab",
    why: "It told this one, which goes along: one session for both.",
    deed: "followed the sign-in",
  },
  "guest-replaced": {
    tone: "bad",
    title: "You are another visitor, as in the other tab",
    why: "The server had ended the one before, and that list is gone.",
    deed: "joined another visitor",
  },
};

/** @param {SessionChangeEvent} event @param {{ wasGuest: boolean, isElsewhere: boolean }} before @returns {Deed} */
export function ofChange({ reason, error }, { wasGuest, isElsewhere }) {
  const words = (isElsewhere && changesElsewhere[reason]) || changes[reason];
  if (reason === "signed-in" && wasGuest && !isElsewhere) {
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

/** @type {Deed} */
const adopted = {
  tone: "good",
  title: "Token adopted",
  why: "Another tab renewed it and told this one. The token endpoint was asked once for both.",
  deed: "adopted the token",
};

/** @param {TokenRefreshEvent} event @param {keyof typeof causes} cause @returns {Deed} */
export function ofRefresh({ outcome, attempt, retryIn, error }, cause) {
  if (outcome === "refreshed") return { tone: "good", title: "Token renewed", why: causes[cause], deed: "renewed the token" };
  if (outcome === "adopted") return adopted;
  const why = `${error ? ofError(error) : ""} That proves nothing, so the session is kept. Attempt ${attempt}.`;
  const again = outcome === "retrying" ? `in ${seconds(retryIn ?? 0)}` : "when a token is needed";
  return { tone: "wait", title: `Renewal failed, again ${again}`, why, deed: "could not renew yet" };
}

/** @param {number} count */
const seconds = (count) => `${count < 10 ? count.toFixed(1) : Math.round(count)} s`;

/** @type {Record<TokenClient["lacks"][number], string>} */
const lacks = {
  storage: "This browser keeps nothing here: the session lasts as long as the page.",
  locks: "This browser has no locks: two tabs may renew at the same time.",
  channel: "This browser lets tabs tell each other nothing: each has a session of its own.",
};

/** @param {TokenClient["lacks"]} lacking */
export const ofLacks = (lacking) => lacking.map((part) => lacks[part]).join(" ");

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
