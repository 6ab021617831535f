// @ts-check
/** The entry `storefront-token-client/testing` of the package: the embedded storefront, and the contract of storages. */
export { testClock } from "./clock.js";
export { createStorefront } from "./in-process.js";
export { storageContract } from "../../src/js/testing/storage-contract.js";
