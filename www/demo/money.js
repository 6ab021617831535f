// @ts-check
const format = new Intl.NumberFormat("en-GB", { style: "currency", currency: "EUR" });

/** @param {number} amount */
export const money = (amount) => format.format(amount);

/** @param {number} count */
export const countedThings = (count) => (count === 1 ? "1 thing" : `${count} things`);
