// @ts-check

/**
 * What an answer says of a life, as the setting has it. The truth is in whole seconds between two rounded-down times,
 * as most servers count them: now and then one less than the life.
 *
 * @param {unknown} said        the setting, see settings.js
 * @param {number} expiresAt
 * @param {number} now
 * @returns {string | null} JSON text; null: nothing
 */
export function saidLife(said, expiresAt, now) {
  if (said === "omit") return null;
  if (said === "natural") return String(Math.floor(expiresAt / 1000) - Math.floor(now / 1000));
  const raw = /** @type {{ raw?: string } | null} */ (said)?.raw;
  return raw ?? JSON.stringify(said);
}
