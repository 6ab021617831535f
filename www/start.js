// @ts-check
/**
 * `npm start`: sets up, builds and runs the demo; `npm start -- --workerd` runs the storefront at the edge instead. The
 * environment variable `PORT` names a port. It imports nothing from npm before the set-up has installed it.
 */
import { run } from "../.ci/shell.js";

const FIRST_PORT = 8080;
const PORTS_TRIED = 50;
const EDGE = "--workerd";

async function main() {
  const options = process.argv.slice(2);
  const unknown = options.find((option) => option !== EDGE);
  if (unknown) return complain(`Unknown option ${unknown}. \`npm start -- ${EDGE}\` runs the storefront at the edge.`);
  if (!setUp()) return complain("The demo could not be set up: the lines above say what is missing.");
  const open = options.includes(EDGE) ? (await import("./edge/start.js")).startEdge : (await import("./demo-server.js")).startDemo;
  const { PORT } = process.env;
  const demo = PORT ? await startOn(PORT, open) : await startNear(FIRST_PORT, open);
  if (!demo) return;
  console.log(`\n  The demo shop is open at ${demo.url}/\n  Press Ctrl-C to stop it.\n`);
  for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => demo.close());
}

/** Installs what is missing, and builds the package if it is out of date. @returns whether it succeeded */
function setUp() {
  const node = (/** @type {string[]} */ ...script) => run(process.execPath, script);
  return node(".ci/setup.js", "build") && node(".ci/build/index.js", "--if-stale");
}

/** @typedef {(options: { port: number }) => Promise<{ url: string, close: () => Promise<unknown> }>} Open */

/** @param {string} text @param {Open} open */
async function startOn(text, open) {
  const port = Number(text);
  if (!/^\d+$/.test(text) || port > 65535) return complain(`PORT must be a number from 0 to 65535, but is "${text}".`);
  try {
    return await open({ port });
  } catch (error) {
    return complain(messageOf(error));
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
      if (!isInUse(error)) return complain(messageOf(error));
    }
  }
  return complain(`All ports from ${first} to ${first + PORTS_TRIED - 1} are in use. Set PORT to choose another.`);
}

/** @param {unknown} error */
const isInUse = (error) => /** @type {NodeJS.ErrnoException} */ (error).code === "EADDRINUSE";

/** @param {unknown} error */
const messageOf = (error) => (error instanceof Error ? error.message : String(error));

/** @param {string} message */
function complain(message) {
  console.error(message);
  process.exitCode = 1;
}

await main();
