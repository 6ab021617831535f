// @ts-check
/** The entry `storefront-token-client/testing` of the package: the embedded storefront for the tests of applications. */
export { testClock } from "./clock.js";
export { createStorefront } from "./in-process.js";
