// @ts-check
// The entry of a page in the register of the pages that share a session, in `localStorage`: so a new page knows at once
// whether there is another page to ask. register.js reads the entries of the others.

import { listen, outsideZones } from "./host.js";
import { isPage } from "./options.js";

/**
 * @typedef {object} Presence
 * @property {string} page identifies this page
 * @property {string} prefix of the keys of all entries
 * @property {string} owner the text of an entry
 * @property {() => boolean} enter adds the entry, unless it is there already. It stays until the page is left. False if
 *   there can be none: a worker does not say when it ends, a prerendering page cannot reply, a storage may be blocked.
 * @property {() => void} leave removes the entry
 *
 * @param {string} name the storage key
 * @param {string} owner pages with the same key, but another token endpoint or client, do not wait for each other
 * @returns {Presence}
 */
export function presence(name, owner) {
  const prefix = `${name} page `;
  const page = Math.random().toString(36).slice(2);
  const key = prefix + page;
  /** @type {(() => void) | undefined} */
  let stopListening;
  const leave = () => {
    // Outside of a page, to look for localStorage in vain would take longer than all else that ends a client.
    if (!stopListening) return;
    stopListening();
    stopListening = undefined;
    // localStorage may be blocked.
    try {
      localStorage.removeItem(key);
    } catch {}
  };
  const enter = () => {
    if (!isPage() || /** @type {any} */ (document).prerendering) return false;
    stopListening ??= outsideZones(() => listen(window, "pagehide", leave));
    // localStorage may be blocked or full.
    try {
      if (localStorage.getItem(key) === null) localStorage.setItem(key, owner);
      return true;
    } catch {
      return false;
    }
  };
  return { page, prefix, owner, enter, leave };
}
