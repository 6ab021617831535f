// @ts-check

/**
 * What is known here of a record: the session's name, which stays the same through every refresh, and when a
 * refresh was sent that has not been answered.
 *
 * @param {string | null | undefined} item
 * @returns {{ id?: unknown, refresh_sent_at?: unknown }}
 */
export function parse(item) {
  try {
    return Object(JSON.parse(item ?? "{}"));
  } catch {
    return {};
  }
}
