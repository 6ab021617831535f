// @ts-check
/** The embedded storefront with the demo page and the built package. */
import { fileURLToPath } from "node:url";
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

// `node www/demo-server.js` does what `npm start` does.
if (process.argv[1] === fileURLToPath(import.meta.url)) import(import.meta.resolve("./start.js"));
