// @ts-check

import { eventTarget, sessionObject } from "./events.js";
import { presence } from "./presence.js";
import { TokenError } from "./token-error.js";

/**
 * The part of the front (src/js/front.js) that the core sees.
 * @typedef {object} FrontApi
 * @property {(code: string, message: string, details: object, cause?: unknown) => TokenError} error
 * @property {EventTarget} events the application's listeners
 * @property {(id: string, subject: string, scope?: string, expiresAt?: number, refreshTokenExpiresAt?: number) => object} session
 *   a session as the application sees it: the last one, unless something has changed
 * @property {typeof presence} presence gives this page's entry in the register of pages. The front may have entered the
 *   page already
 * @property {() => object | undefined} shownRecord gives the stored record that the front has answered from, if it has
 * @property {Publish} publish
 *
 * @callback Publish called by the core with its decision, each time that it changes
 * @param {object | null} session the current session
 * @param {string} [token] the access token that may be given out without asking the core
 * @param {string} [userSession] the id of the session, if it is a user's
 * @param {number} [from] when the token may be given out, in milliseconds since 1970
 * @param {number} [until] the moment after the last one
 */

/** @returns {Omit<FrontApi, "publish" | "shownRecord">} */
export function frontParts() {
  /** The last two sessions: an event has the one before and the one after. @type {object[]} */
  let known = [];
  /** @type {import("./presence.js").Presence | undefined} */
  let entry;
  /** @type {EventTarget | undefined} */
  let events;
  return {
    error: (...parts) => new TokenError(...parts),
    // Not before it is needed: many a client in a Worker ends without a listener and without its core.
    get events() {
      return (events ??= eventTarget());
    },
    presence: (name, owner) => (entry ??= presence(name, owner)),
    session(...parts) {
      const session = sessionObject(known, ...parts);
      known = [session, ...known.filter((other) => other !== session)].slice(0, 2);
      return session;
    },
  };
}

/**
 * For a program in Rust, which has no front.
 * @returns {FrontApi}
 */
export function noFront() {
  return Object.assign(frontParts(), { shownRecord: () => undefined, publish() {} });
}
