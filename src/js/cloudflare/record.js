// @ts-check
// The members of a client's record that this entry reads.

/**
 * `id`: the session's id, the same through every refresh. `generation`: how many token sets the session has had.
 * `refresh_sent_at`: a refresh with these tokens was sent, and had no response or a refusal.
 *
 * @param {string | null | undefined} item
 * @returns {{ id?: string, subject?: unknown, generation?: number, refresh_token?: unknown, refresh_sent_at?: unknown }}
 */
export function parse(item) {
  try {
    return Object(JSON.parse(item ?? "{}"));
  } catch {
    return {};
  }
}

/**
 * The same for two records with the same tokens; null where there is no record.
 *
 * @param {string | null | undefined} item
 */
export function revision(item) {
  const { id, generation } = parse(item);
  return id === undefined ? (item ?? null) : `${id} ${generation}`;
}

/** @param {string | null | undefined} item @param {string | null | undefined} other */
export function isSameSession(item, other) {
  const { id } = parse(item);
  return id !== undefined && id === parse(other).id;
}

/** @param {string} item */
export function isGuest(item) {
  return parse(item).subject === "guest";
}

/** Whether a client moves the item of another client to this key: it is no session of its own. @param {string} key */
export const isSetAside = (key) => key.endsWith(" set aside");

/** @param {string | null | undefined} item */
export function generationOf(item) {
  return Number(parse(item).generation) || 0;
}
