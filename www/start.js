// @ts-check
/**
 * The demo: the embedded storefront with the demo page and the built package. `npm start` runs it, after the set-up and
 * the build. `PORT` in the environment asks for one port and no other.
 */
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { startStorefront } from "./storefront/index.js";

const PAGES = new URL("page/", import.meta.url);
const PACKAGE = new URL("../dist/", import.meta.url);

const FIRST_PORT = 8080;
const PORTS_TRIED = 50;

/** A life short enough to watch, and a network that can be felt. */
const SETTINGS = { accessLifetime: 20, latency: 60 };

/** @param {import("./storefront/index.js").Options} [options] */
export function startDemo({ settings = {}, ...options } = {}) {
  return startStorefront({
    pages: PAGES,
    mounts: { "/pkg/": PACKAGE },
    ...options,
    settings: { ...SETTINGS, ...settings },
  });
}

async function main() {
  if (!existsSync(new URL("index.js", PACKAGE))) {
    return complain("The package is not built. Run `npm start`, which builds it first.");
  }
  const { PORT } = process.env;
  const demo = PORT ? await startOn(PORT) : await startNear(FIRST_PORT);
  if (!demo) return;
  console.log(`\n  The demo shop is open at ${demo.url}/\n  Ctrl-C closes it.\n`);
  for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => demo.close());
}

/** @param {string} text */
async function startOn(text) {
  const port = Number(text);
  if (!/^\d+$/.test(text) || port > 65535) return complain(`PORT must be a number from 0 to 65535, and is "${text}".`);
  try {
    return await startDemo({ port });
  } catch (error) {
    return complain(reasonOf(error));
  }
}

/** @param {number} first */
async function startNear(first) {
  for (let port = first; port < first + PORTS_TRIED; port += 1) {
    try {
      const demo = await startDemo({ port });
      if (port !== first) console.log(`Port ${first} is in use, so it is ${port} this time. PORT=… chooses another.`);
      return demo;
    } catch (error) {
      if (!isTaken(error)) return complain(reasonOf(error));
    }
  }
  return complain(`The ports from ${first} to ${first + PORTS_TRIED - 1} are all in use. PORT=… chooses another.`);
}

/** @param {unknown} error */
const isTaken = (error) => /** @type {NodeJS.ErrnoException} */ (error).code === "EADDRINUSE";

/** @param {unknown} error */
const reasonOf = (error) => (error instanceof Error ? error.message : String(error));

/** @param {string} message */
function complain(message) {
  console.error(message);
  process.exitCode = 1;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main();
