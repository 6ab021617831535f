// @ts-check
/** What values a setting takes. A check says null when all is well, and otherwise what the value must be. */

/** @typedef {(value: any) => string | null} Check */
/** @typedef {{ standard: any, check: Check }} Setting  `standard` is its default */

/** @param {unknown} value @returns {value is Record<string, any>} */
export const isObject = (value) => typeof value === "object" && value !== null && !Array.isArray(value);

/** @param {number} standard @param {number} [least] @returns {Setting} */
export const whole = (standard, least = 1) => ({
  standard,
  check: (value) =>
    Number.isSafeInteger(value) && value >= least ? null : `must be a whole number, ${least} or more`,
});

/** @param {boolean} standard @returns {Setting} */
export const flag = (standard) => ({
  standard,
  check: (value) => (typeof value === "boolean" ? null : "must be true or false"),
});

/** The first is the default. @param {string[]} values @returns {Setting} */
export const choice = (...values) => ({
  standard: values[0],
  check: (value) => (values.includes(value) ? null : `must be one of ${values.join(", ")}`),
});

/** @type {Check} */
const areStrings = (value) =>
  Array.isArray(value) && value.every((each) => typeof each === "string") ? null : "must be an array of strings";

/** @param {string[]} standard @returns {Setting} */
export const strings = (standard) => ({ standard, check: areStrings });

/** What an answer says: "natural", "omit", `{ raw }` or any JSON value. @returns {Setting} */
export const said = () => ({
  standard: "natural",
  check: (value) => {
    if (JSON.stringify(value) === undefined) return "must be a JSON value";
    return isObject(value) && "raw" in value && !isJson(value.raw) ? "must hold JSON text in `raw`" : null;
  },
});

/** @returns {Setting} */
export const cors = () => ({
  standard: { allowOrigins: [], allowHeaders: [] },
  check: (value) => {
    if (!isObject(value)) return "must be { allowOrigins: [], allowHeaders: [] }";
    const stranger = Object.keys(value).find((name) => name !== "allowOrigins" && name !== "allowHeaders");
    if (stranger !== undefined) return `has an unknown member "${stranger}"`;
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
