// @ts-check
// What is known here of the records that a client keeps.

/**
 * `id`: the session's name, which stays the same through every refresh. `generation`: how many it has had.
 * `refresh_sent_at`: that one is under way, or was, and had no answer.
 *
 * @param {string | null | undefined} item
 * @returns {{ id?: unknown, generation?: unknown, refresh_sent_at?: unknown }}
 */
export function parse(item) {
  try {
    return Object(JSON.parse(item ?? "{}"));
  } catch {
    return {};
  }
}

/**
 * The same for two records that have the same tokens; null where there is none.
 *
 * @param {string | null | undefined} item
 */
export function revision(item) {
  const { id, generation } = parse(item);
  return id === undefined ? (item ?? null) : `${id} ${generation}`;
}
