// @ts-check

/**
 * The features that the host is missing: those that were missing at the start, and those that fail later.
 * @param {readonly string[]} atStart
 */
export function missingFeatures(atStart) {
  let names = Object.freeze(atStart);
  const set = (/** @type {string} */ name, /** @type {boolean} */ isMissing) => {
    if (atStart.includes(name) || names.includes(name) === isMissing) return;
    names = Object.freeze(isMissing ? [...names, name] : names.filter((each) => each !== name));
  };
  // The same array until it changes: some frameworks compare objects.
  return { names: () => names, set };
}
