// @ts-check
/** The embedded storefront with the demo page and the built package. */
import { startStorefront } from "./storefront/index.js";

/** A lifetime that is short enough to watch, and a latency that can be seen. */
const SETTINGS = { accessLifetime: 20, latency: 60 };

/** @param {import("./storefront/index.js").Options} [options] */
export function startDemo({ settings = {}, ...options } = {}) {
  return startStorefront({
    pages: new URL("demo/", import.meta.url),
    mounts: { "/pkg/": new URL("../dist/", import.meta.url), "/shared/": new URL("shared/", import.meta.url) },
    ...options,
    settings: { ...SETTINGS, ...settings },
  });
}
