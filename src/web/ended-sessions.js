// @ts-check
// The list of the sessions that were signed out, in `localStorage`. A page that was frozen, hidden or closed when another
// page signed out did not receive the message; it reads it here. An entry also names the earlier sessions that the
// signed-out session had replaced: a page that still has one of them has missed the change of the user.

import { changeList, readList } from "./list.js";

/** The key of the list. @param {string} name */
export const endedSessionsKey = (name) => `${name} signed-out`;

/**
 * Returns the messages of the last sign-outs, or adds one.
 * @param {string} name
 * @param {Record<string, unknown>} [added]
 * @returns {Record<string, unknown>[]}
 */
export function endedSessions(name, added) {
  try {
    const key = endedSessionsKey(name);
    if (!added) return readList(localStorage, key);
    changeList(localStorage, key, ({ id }) => id !== added.id, added);
  } catch {
    // There is no localStorage, or it is full.
  }
  return [];
}
