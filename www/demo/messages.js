// @ts-check
/** Turns reasons, outcomes and error codes into sentences. */
import { TokenError } from "storefront-token-client";
import { ApiError } from "../shared/shop-api.js";

/** @typedef {import("storefront-token-client").SessionChangeEvent} SessionChangeEvent */
/** @typedef {import("storefront-token-client").SessionChangeReason} SessionChangeReason */
/** @typedef {import("storefront-token-client").TokenClient} TokenClient */
/** @typedef {import("storefront-token-client").TokenRefreshEvent} TokenRefreshEvent */
/** @typedef {import("./network.js").ShownRequest} ShownRequest */
/** @typedef {"action" | "good" | "wait" | "bad" | "request"} Tone */
/** @typedef {{ tone: Tone, title: string, why?: string }} Message */
/** @typedef {Message & { short: string }} EventMessage  `short` is for the table of tabs */

/** @type {Record<SessionChangeReason, EventMessage>} */
const changes = {
  restored: {
    tone: "good",
    title: "Session restored",
    why: "It was in sessionStorage. The token endpoint got no request.",
    short: "restored its session",
  },
  "guest-created": {
    tone: "good",
    title: "You are a guest",
    why: "A request needed a token, and nobody was signed in. All waiting requests share one guest.",
    short: "created the guest",
  },
  "signed-in": {
    tone: "good",
    title: "Signed in",
    why: "The client stores the new session before it uses it.",
    short: "signed in",
  },
  "guest-replaced": {
    tone: "bad",
    title: "You are a new guest",
    why: "The server ended the guest's session, and the list is lost.",
    short: "created a new guest",
  },
  "guest-joined": {
    tone: "good",
    title: "You are the other tab's guest",
    why: "Nobody had got a token of this tab's guest, so no list is lost.",
    short: "joined the other guest",
  },
  "guest-kept": {
    tone: "wait",
    title: "Another tab has another session",
    why: "This tab's guest may have a list, so the tab keeps its guest. Sign in here to keep the list.",
    short: "kept its guest",
  },
  adopted: {
    tone: "good",
    title: "Session taken over",
    why: "The page passed in tokens that another client had got. They were stored before they were used.",
    short: "took a session over",
  },
  "signed-out": {
    tone: "good",
    title: "Signed out",
    why: "The session ended here at once. No late response can bring it back.",
    short: "signed out",
  },
  "signed-out-elsewhere": {
    tone: "good",
    title: "The session ended elsewhere",
    why: "The shopper signed out in another tab, maybe before this page was loaded, or another tab's guest replaced the user.",
    short: "followed the other tab",
  },
  "storage-cleared": {
    tone: "bad",
    title: "The session was deleted",
    why: "Its record is gone from sessionStorage, and no client is known to have removed it.",
    short: "found its storage cleared",
  },
  "record-set-aside": {
    tone: "bad",
    title: "Another client's record was set aside",
    why: "The record in sessionStorage was not this client's. It is kept under another key, and this client goes on without it.",
    short: "set a record aside",
  },
  "refresh-rejected": {
    tone: "bad",
    title: "The server ended the session",
    why: "It rejected the refresh token. No other failure ends a session.",
    short: "lost the session",
  },
  expired: {
    tone: "bad",
    title: "The session expired",
    why: "The access token expired, and there is no refresh token.",
    short: "saw the session expire",
  },
};

/** The same reasons, after something that another tab did. @type {Partial<Record<SessionChangeReason, EventMessage>>} */
const changesElsewhere = {
  restored: {
    tone: "good",
    title: "Session joined",
    why: "Another tab shared its session. The token endpoint got no request.",
    short: "joined the session",
  },
  "guest-created": {
    tone: "good",
    title: "You are a guest, as in the other tab",
    why: "The other tab created the guest and shared it.",
    short: "joined the guest",
  },
  "signed-in": {
    tone: "good",
    title: "Signed in, in another tab",
    why: "The other tab shared its new session.",
    short: "followed the sign-in",
  },
  "guest-replaced": {
    tone: "bad",
    title: "You are a new guest, as in the other tab",
    why: "The server ended the guest's session, and the list is lost.",
    short: "joined the new guest",
  },
};

/** @param {SessionChangeEvent} event @param {{ wasGuest: boolean, isElsewhere: boolean }} before @returns {EventMessage} */
export function changeMessage({ reason, error }, { wasGuest, isElsewhere }) {
  const message = (isElsewhere && changesElsewhere[reason]) || changes[reason];
  if (reason === "restored" && isElsewhere) return { ...message, why: `${message.why} The page had been open for ${secondsText(performance.now() / 1000)}.` };
  if (reason === "signed-in" && wasGuest && !isElsewhere) {
    return { ...message, why: "The guest's list is now the user's: the client sent the guest's token with the password." };
  }
  if (!error) return message;
  return { ...message, why: `${message.why} (${[error.status, error.error].filter(Boolean).join(" ")})` };
}

/** @type {Record<"due" | "expired" | "rejected" | "forced", string>} */
const causes = {
  due: "Before the old one expired, so no request had to wait.",
  expired: "The old one had expired. The requests that needed a token waited for the new one.",
  rejected: "The API rejected the old one. One refresh serves every rejected request.",
  forced: "A call asked for a newer one. One request serves all such calls.",
};

/** @type {EventMessage} */
const received = {
  tone: "good",
  title: "Token received",
  why: "Another tab refreshed it and shared it. The token endpoint got one request for both.",
  short: "received the token",
};

/** @param {TokenRefreshEvent} event @param {keyof typeof causes} cause @returns {EventMessage} */
export function refreshMessage({ outcome, attempt, retryIn, error }, cause) {
  if (outcome === "refreshed") return { tone: "good", title: "Token refreshed", why: causes[cause], short: "refreshed the token" };
  if (outcome === "received") return received;
  if (outcome === "stalled") {
    const why = "It refused every refresh for ten minutes. The client keeps the session, tries again less often, and asks the shopper to sign in.";
    return { tone: "bad", title: "The server refuses to refresh", why, short: "cannot refresh" };
  }
  const why = `${error ? errorText(error) : ""} That does not prove that the session ended, so the client keeps it. Attempt ${attempt}.`;
  const next = outcome === "retrying" ? `next attempt in ${secondsText(retryIn ?? 0)}` : "next attempt when a token is needed";
  return { tone: "wait", title: `Refresh failed, ${next}`, why, short: "could not refresh yet" };
}

/** @param {number} seconds */
const secondsText = (seconds) => `${seconds < 10 ? seconds.toFixed(1) : Math.round(seconds)} s`;

/** @type {Record<TokenClient["lacks"][number], string>} */
const lacks = {
  storage: "This browser has no storage for the session: it lasts as long as the page.",
  locks: "This browser has no Web Locks: tabs take turns by messages, so a refresh takes at least 0.1 s longer.",
  channel: "This browser has no channel between tabs: each tab has its own session.",
};

/** @param {TokenClient["lacks"]} names */
export const lacksText = (names) => names.map((name) => lacks[name]).join(" ");

/** @type {[method: string, path: RegExp, title: string][]} */
const apiTitles = [
  ["GET", /products$/, "Read the products"],
  ["GET", /shoppinglists$/, "Read the list"],
  ["GET", /customer$/, "Read the user's name"],
  ["POST", /shoppinglistitems$/, "Add to the list"],
  ["DELETE", /shoppinglistitems/, "Remove from the list"],
];

/** @type {Record<"guest" | "sign-in" | "refresh", string>} */
const grantTitles = { guest: "Request a guest", "sign-in": "Request a sign-in", refresh: "Request a refresh" };

/** @param {ShownRequest} request */
export function requestTitle({ method, path, grant, mergesGuest }) {
  if (grant) return mergesGuest ? `${grantTitles[grant]} with the guest's list` : grantTitles[grant];
  return apiTitles.find(([verb, pattern]) => verb === method && pattern.test(path))?.[2] ?? path;
}

/** @type {Record<string, string>} */
const errors = {
  network: "The server cannot be reached.",
  rate_limited: "The server asks the client to wait.",
  server_unavailable: "The server failed.",
  invalid_answer: "The response is not a token response.",
  timeout: "There is no response yet.",
  invalid_credentials: "User name or password is wrong.",
  login_required: "Please sign in again.",
  signed_out: "The session ended or changed in the meantime.",
};

/** For the shopper. @param {unknown} error */
export function errorText(error) {
  if (error instanceof TokenError) {
    const text = errors[error.code] ?? "That did not work.";
    return error.status ? `${text.slice(0, -1)} (${error.status}).` : text;
  }
  if (error instanceof ApiError) return `The shop cannot do that now (${error.status}).`;
  return "The server cannot be reached.";
}
