// @ts-check
// The list of ended sessions, in `localStorage`. A page that was frozen, hidden or closed when another one signed out
// did not receive the message; it reads it here.

/** The list keeps this many sign-outs. */
const LONGEST_LIST = 16;

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
    const stored = parseList(localStorage.getItem(key));
    if (!added) return stored;
    const others = stored.filter(({ id }) => id !== added.id);
    localStorage.setItem(key, JSON.stringify([...others, added].slice(-LONGEST_LIST)));
  } catch {
    // There is no localStorage, or it is full.
  }
  return [];
}

/**
 * The list, without what another script may have put into it.
 * @param {string | null} text
 * @returns {Record<string, unknown>[]}
 */
function parseList(text) {
  try {
    const list = JSON.parse(text ?? "[]");
    return Array.isArray(list) ? list.filter((item) => item?.id) : [];
  } catch {
    return [];
  }
}
