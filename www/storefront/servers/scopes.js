// @ts-check
/** The parameter `scope` (RFC 6749 §3.3). */

/** @param {Record<string, string>} parameters @returns {string[] | null} null: the request names none */
export const scopesOf = ({ scope }) => (scope?.trim() ? scope.trim().split(/ +/) : null);

/**
 * A refresh may narrow the scope but not widen it (RFC 6749 §6).
 *
 * @param {string[]} old
 * @param {string[] | null} requested
 * @param {(wider: string) => Error} error
 */
export function narrowed(old, requested, error) {
  const wider = requested?.find((scope) => !old.includes(scope));
  if (wider !== undefined) throw error(wider);
  return requested ?? old;
}
