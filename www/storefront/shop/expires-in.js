// @ts-check

/**
 * The member `expires_in` of a response, as the setting asks for it. The real lifetime is the difference of two times
 * that are rounded down to seconds, as most servers compute it: sometimes one second less than the lifetime.
 *
 * @param {unknown} setting     see `expiresIn` in settings.js
 * @param {number} expiresAt
 * @param {number} now
 * @returns {string | null} JSON text; null: no such member
 */
export function lifetimeText(setting, expiresAt, now) {
  if (setting === "omit") return null;
  if (setting === "natural") return String(Math.floor(expiresAt / 1000) - Math.floor(now / 1000));
  const raw = /** @type {{ raw?: string } | null} */ (setting)?.raw;
  return raw ?? JSON.stringify(setting);
}
