// @ts-check
/** The parameter `scope` (RFC 6749 section 3.3). */

/** @param {Record<string, string>} parameters @returns {string[] | null} null: none was asked for */
export const scopesOf = ({ scope }) => (scope?.trim() ? scope.trim().split(/ +/) : null);

/**
 * A refresh may narrow the scope, and may not widen it (section 6).
 *
 * @param {string[]} old
 * @param {string[] | null} asked
 * @param {(wider: string) => Error} refusal
 */
export function narrowed(old, asked, refusal) {
  const wider = asked?.find((scope) => !old.includes(scope));
  if (wider !== undefined) throw refusal(wider);
  return asked ?? old;
}
