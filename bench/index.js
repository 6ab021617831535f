// `npm run bench`: what this package costs beside other libraries and beside code written by hand. Nothing is asserted.
// `npm run bench -- --quick` takes a tenth of the time; `npm run bench -- node chromium workers floors weights` runs these parts only.
import { join } from "node:path";
import { bundleAll } from "./bundles.js";
import { measureChromium, measureExchangeFloors, measureFirstRequestFloors } from "./browser/measure.js";
import { startChild } from "./children.js";
import { measureFirstRequests, measureNode } from "./node/measure.js";
import { measureStoredSessions, measureWorkers } from "./workers/measure.js";
import { HAND_WRITTEN, table } from "./table.js";
import { weigh, weighFirstPart } from "./weights.js";

/**
 * @typedef {object} Bench
 * @property {string} folder                            of the bundles
 * @property {string} modules                           where this package is installed
 * @property {import("./types.js").Place} place
 * @property {ReturnType<typeof startChild>} server
 * @property {string[]} libraries
 * @property {typeof FULL} counts
 * @property {(row: string, unit: string, values: Record<string, any[]>) => void} report
 */

const OTHERS = [HAND_WRITTEN, "badgateway", "oidc-client-ts", "supabase"];
const LIBRARIES = [...OTHERS, "main", "slim"];
/** The hand-written client with one more thing that this package does, or with all of them. */
const EXCHANGE_FLOORS = [HAND_WRITTEN, "plus-second-write", "plus-messages", "plus-lock", "plus-all", "main"];
const FIRST_REQUEST_FLOORS = [HAND_WRITTEN, "plus-core", "plus-all", "main", "slim", "slim-preloaded"];

const STORED_SESSION_FLOORS = [HAND_WRITTEN, "plus-checks", "main"];

const FULL = { rounds: 15, cold: 21, tokens: 100_000, signIns: 20, exchanges: 1000, herd: 10_000, herds: 7, memories: 3, kept: 20_000, isolates: 7, requests: 300, sessions: 10_000 };
const QUICK = { rounds: 3, cold: 3, tokens: 20_000, signIns: 10, exchanges: 1000, herd: 10_000, herds: 1, memories: 1, kept: 5000, isolates: 2, requests: 100, sessions: 1000 };

const parts = process.argv.slice(2).filter((part) => !part.startsWith("--"));
const counts = process.argv.includes("--quick") ? QUICK : FULL;
const wants = (part) => parts.length === 0 || parts.includes(part);

const { folder, modules, sizes, remove } = await bundleAll([...new Set([...LIBRARIES, ...EXCHANGE_FLOORS, ...FIRST_REQUEST_FLOORS])]);
const server = startChild(join(import.meta.dirname, "server.js"), [folder]);
try {
  const place = await server.ask("place");
  print("Download", [
    { row: "before the first statement runs", unit: "B", values: mapped(sizes, ({ first }) => [first]) },
    { row: "all parts", unit: "B", values: mapped(sizes, ({ all }) => [all]) },
  ], LIBRARIES);
  if (wants("node")) await run("Node", measureNode, [...OTHERS, "main"]);
  if (wants("chromium")) await run("Chromium", measureChromium, LIBRARIES);
  if (wants("workers")) await run("Workers", measureWorkers, [HAND_WRITTEN, "main"]);
  if (wants("floors")) {
    await run("Floors of an exchange, Chromium", measureExchangeFloors, EXCHANGE_FLOORS);
    await run("Floors of a first request, Chromium", measureFirstRequestFloors, FIRST_REQUEST_FLOORS);
    await run("Floors of a first request, Node", measureFirstRequests, [HAND_WRITTEN, "plus-core", "main"]);
    await run("Floors of a stored session, Workers", measureStoredSessions, STORED_SESSION_FLOORS);
  }

  if (wants("weights")) {
    printWeights("The first part of slim, brotli", await weighFirstPart());
    printWeights("The core, brotli", await weigh());
  }

  async function run(title, measure, libraries) {
    const results = [];
    const report = (row, unit, values) => {
      results.push({ row, unit, values });
      console.error(`${title}: ${row}`);
    };
    await measure({ folder, modules, place, server, libraries, counts, report });
    print(title, results, libraries);
  }
} finally {
  await server.stop();
  remove();
}

function print(title, results, libraries) {
  console.log(`\n${title}\n\n${table(results, libraries)}`);
}

function printWeights(title, weights) {
  const rows = weights.map(([group, size]) => `| ${group} | ${size.toLocaleString("en")} B |`);
  console.log(`\n${title}\n\n| group | |\n| --- | --- |\n${rows.join("\n")}`);
}

function mapped(record, change) {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, change(value)]));
}
