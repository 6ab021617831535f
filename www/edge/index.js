// @ts-check
/** `node www/edge` does what `npm start -- --workerd` does. */
process.argv.push("--workerd");
await import("../start.js");

export {};
