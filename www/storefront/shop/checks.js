// @ts-check
/** The values that a setting takes. A check returns null for a good value, and otherwise what the value must be. */

/** @typedef {(value: any) => string | null} Check */
/** @typedef {{ initial: any, check: Check }} Setting  `initial` is the default */

/** @param {unknown} value @returns {value is Record<string, any>} */
export const isObject = (value) => typeof value === "object" && value !== null && !Array.isArray(value);

/** @param {number} initial @param {number} [least] @returns {Setting} */
export const whole = (initial, least = 1) => ({
  initial,
  check: (value) =>
    Number.isSafeInteger(value) && value >= least ? null : `must be a whole number, ${least} or more`,
});

/** @param {boolean} initial @returns {Setting} */
export const flag = (initial) => ({
  initial,
  check: (value) => (typeof value === "boolean" ? null : "must be true or false"),
});

/** The first is the default. @param {string[]} values @returns {Setting} */
export const choice = (...values) => ({
  initial: values[0],
  check: (value) => (values.includes(value) ? null : `must be one of ${values.join(", ")}`),
});

/** @type {Check} */
const areStrings = (value) =>
  Array.isArray(value) && value.every((each) => typeof each === "string") ? null : "must be an array of strings";

/** @param {string[]} initial @returns {Setting} */
export const strings = (initial) => ({ initial, check: areStrings });

/** A member of a response: "natural", "omit", `{ raw }` or any JSON value; see `expiresIn`. @returns {Setting} */
export const memberValue = () => ({
  initial: "natural",
  check: (value) => {
    if (JSON.stringify(value) === undefined) return "must be a JSON value";
    return isObject(value) && "raw" in value && !isJson(value.raw) ? "must hold JSON text in `raw`" : null;
  },
});

/** @returns {Setting} */
export const cors = () => ({
  initial: { allowOrigins: [], allowHeaders: [] },
  check: (value) => {
    if (!isObject(value)) return "must be { allowOrigins: [], allowHeaders: [] }";
    const unknown = Object.keys(value).find((name) => name !== "allowOrigins" && name !== "allowHeaders");
    if (unknown !== undefined) return `has an unknown member "${unknown}"`;
    return areStrings(value.allowOrigins ?? []) ?? areStrings(value.allowHeaders ?? []);
  },
});

/** @param {unknown} text */
function isJson(text) {
  if (typeof text !== "string") return false;
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
