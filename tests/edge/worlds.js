// @ts-check
/** A thread of simulation.test.js: plays a world for each of its seeds, until one breaks an invariant. */
import { parentPort, workerData } from "node:worker_threads";
import { planOf, shrink } from "./plan.js";
import { World } from "./world.js";

const { first, end, step } = workerData;

/** @param {import("./plan.js").Plan} plan */
const violationOf = async (plan) => (await new World(plan).run()).violation;

/** @type {Record<string, number>} */
const counts = {};
/** @type {string | undefined} */
let violation;
for (let seed = first; seed < end && violation === undefined; seed += step) {
  const plan = planOf(seed);
  const { violation: found, invariants } = await new World(plan).run();
  for (const [name, count] of Object.entries(invariants.counts)) counts[name] = (counts[name] ?? 0) + count;
  if (found) violation = `EDGE_SEED=${seed}: ${await described(plan, found)}`;
}
parentPort?.postMessage({ counts, violation });

/** The smallest plan that breaks the same invariant, and how. @param {import("./plan.js").Plan} plan @param {Error} violation */
async function described(plan, violation) {
  const nameOf = (/** @type {Error | undefined} */ error) => error?.message.split(":")[0];
  const smallest = await shrink(plan, async (smaller) => nameOf(await violationOf(smaller)) === nameOf(violation));
  return `${(await violationOf(smallest))?.stack}\n${JSON.stringify(smallest, null, 1)}`;
}
