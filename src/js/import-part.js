// @ts-check
// Loads the file with the core.

/** @typedef {import("./core-connection.js").CorePart} CorePart */

/** @type {(() => CorePart | Promise<CorePart>) | undefined} */
let loadPart;
let failures = 0;

/** @returns {CorePart | Promise<CorePart>} */
export function importPart() {
  return loadPart ? loadPart() : load();
}

async function load() {
  // Bundlers may rename its one export.
  const module = await import("./core-part.js").catch(importAnew);
  loadPart = /** @type {typeof loadPart} */ (Object.values(module)[0]);
  return importPart();
}

/**
 * Firefox 153 remembers that the import of an address has failed. So from the second time on, the address, which the
 * error names, gets a query. Chromium 156 and WebKit 2.50 ask the server again by themselves.
 * @param {Error} error
 */
function importAnew(error) {
  const [address] = /https?:\S+/.exec(error?.message) ?? [];
  if (failures++ === 0 || !address) throw error;
  const url = new URL(address);
  url.searchParams.set("again", String(failures));
  return import(/* @vite-ignore */ /* webpackIgnore: true */ url.href);
}
