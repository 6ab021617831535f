// @ts-check
// The register of the pages that share a session. Each page has an entry of its own in `localStorage`, so that a new page
// knows at once whether there is somebody to ask. An entry that a crash leaves is removed by the first page that waits for
// a reply in vain.

import { listen, outsideZones } from "./host.js";
import { isPage } from "./options.js";

/**
 * @typedef {object} Presence
 * @property {string} page identifies this page
 * @property {string} prefix of the keys of all entries
 * @property {() => boolean} enter adds this page's entry, unless it is there, until the page is left. True if it is there:
 *   only a page says when it goes, and one that prerenders cannot reply.
 * @property {() => void} leave removes it
 * @property {() => string[] | undefined} others the other pages; undefined if the host has no register
 * @property {(page: string) => void} forget removes the entry of a page that does not reply
 *
 * @param {string} name the storage key
 * @param {string} owner pages with the same key, but another token endpoint or client, are none of the others
 * @returns {Presence}
 */
export function presence(name, owner) {
  const prefix = `${name} page `;
  const page = Math.random().toString(36).slice(2);
  /** @type {(() => void) | undefined} */
  let stopListening;
  // Any use of localStorage may throw: it may be blocked, or full.
  const attempt = (/** @type {(entries: Storage) => any} */ task) => {
    try {
      return task(localStorage);
    } catch {
      return undefined;
    }
  };
  const forget = (/** @type {string} */ page) => attempt((entries) => entries.removeItem(prefix + page));
  const leave = () => {
    stopListening?.();
    stopListening = undefined;
    forget(page);
  };
  const enter = () => {
    if (!isPage() || /** @type {any} */ (document).prerendering) return false;
    stopListening ??= outsideZones(() => listen(window, "pagehide", leave));
    return !!attempt((entries) => {
      if (entries.getItem(prefix + page) === null) entries.setItem(prefix + page, owner);
      return true;
    });
  };
  const others = () =>
    attempt((entries) => {
      const all = Object.keys(entries).filter((key) => key.startsWith(prefix) && entries.getItem(key) === owner);
      const pages = all.map((key) => key.slice(prefix.length));
      return pages.includes(page) ? pages.filter((other) => other !== page) : undefined;
    });
  return { page, prefix, enter, leave, others, forget };
}
