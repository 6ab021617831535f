// @ts-check
/**
 * The demo: the embedded storefront with the demo page and the built package. `npm start` sets up, builds and runs it;
 * `npm start -- --workerd` runs the storefront at the edge instead. The environment variable `PORT` names a port.
 */
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { startStorefront } from "./storefront/index.js";

const PAGES = new URL("demo/", import.meta.url);
const SHARED = new URL("shared/", import.meta.url);
const PACKAGE = new URL("../dist/", import.meta.url);

const FIRST_PORT = 8080;
const PORTS_TRIED = 50;

/** A lifetime that is short enough to watch, and a latency that can be seen. */
const SETTINGS = { accessLifetime: 20, latency: 60 };

/** @param {import("./storefront/index.js").Options} [options] */
export function startDemo({ settings = {}, ...options } = {}) {
  return startStorefront({
    pages: PAGES,
    mounts: { "/pkg/": PACKAGE, "/shared/": SHARED },
    ...options,
    settings: { ...SETTINGS, ...settings },
  });
}

const EDGE = "--workerd";

async function main() {
  const unknown = process.argv.slice(2).find((argument) => argument !== EDGE);
  if (unknown) return complain(`Unknown option ${unknown}. \`npm start -- ${EDGE}\` runs the storefront at the edge.`);
  if (!existsSync(new URL("index.js", PACKAGE))) {
    return complain("The package is not built. Run `npm start`, which builds it first.");
  }
  const { PORT } = process.env;
  const open = process.argv.includes(EDGE) ? (await import("./edge/start.js")).startEdge : startDemo;
  const demo = PORT ? await startOn(PORT, open) : await startNear(FIRST_PORT, open);
  if (!demo) return;
  console.log(`\n  The demo shop is open at ${demo.url}/\n  Press Ctrl-C to stop it.\n`);
  for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => demo.close());
}

/** @typedef {(options: { port: number }) => Promise<{ url: string, close: () => Promise<unknown> }>} Open */

/** @param {string} text @param {Open} open */
async function startOn(text, open) {
  const port = Number(text);
  if (!/^\d+$/.test(text) || port > 65535) return complain(`PORT must be a number from 0 to 65535, but is "${text}".`);
  try {
    return await open({ port });
  } catch (error) {
    return complain(reasonOf(error));
  }
}

/** @param {number} first @param {Open} open */
async function startNear(first, open) {
  for (let port = first; port < first + PORTS_TRIED; port += 1) {
    try {
      const demo = await open({ port });
      if (port !== first) console.log(`Port ${first} is in use, so the demo uses ${port}. Set PORT to choose another.`);
      return demo;
    } catch (error) {
      if (!isTaken(error)) return complain(reasonOf(error));
    }
  }
  return complain(`All ports from ${first} to ${first + PORTS_TRIED - 1} are in use. Set PORT to choose another.`);
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
