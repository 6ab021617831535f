// @ts-check
// The register of the pages that share a session. A page that crashes leaves its entry there. The first page that waits in
// vain for its reply removes the entry.

/** @typedef {import("./presence.js").Presence} Presence */

/**
 * The other pages; undefined if the host has no register, or this page is not in it.
 * @param {Presence} presence
 * @returns {string[] | undefined}
 */
export function otherPages({ page, prefix, owner }) {
  try {
    const all = Object.keys(localStorage).filter((key) => key.startsWith(prefix) && localStorage.getItem(key) === owner);
    const pages = all.map((key) => key.slice(prefix.length));
    return pages.includes(page) ? pages.filter((other) => other !== page) : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Removes the entry of a page that does not reply.
 * @param {Presence} presence
 * @param {string} page
 */
export function forgetPage({ prefix }, page) {
  try {
    localStorage.removeItem(prefix + page);
  } catch {
    // There is no register.
  }
}
