// @ts-check

import { bearerFetch } from "./bearer.js";
import { followRedirects } from "./redirects.js";

/**
 * `fetch` with a bearer token, for a program in Rust, which loads nothing later.
 * @param {import("./bearer.js").Authorize} authorize
 * @param {typeof globalThis.fetch} [ownFetch]
 */
export const bearerFetchForRust = (authorize, ownFetch) => bearerFetch(authorize, ownFetch, async () => followRedirects);
