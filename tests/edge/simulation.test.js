// @ts-check
/** Sign-outs, sign-ins and refreshes at the edge, in worlds where messages are late or lost and objects crash. */
import assert from "node:assert/strict";
import { availableParallelism } from "node:os";
import { test } from "node:test";
import { Worker } from "node:worker_threads";
import { planOf } from "./plan.js";
import { World } from "./world.js";

const WORLDS = Number(process.env.EDGE_WORLDS ?? 100_000);
const SEED = Number(process.env.EDGE_SEED ?? Math.floor(Math.random() * 2 ** 30));

/**
 * Plays worlds in a thread of its own: here, node:test would follow each promise, which takes three times as long.
 *
 * @param {{ first: number, end: number, step: number }} seeds
 * @param {AbortSignal} signal
 * @returns {Promise<{ counts: Record<string, number>, violation?: string }>}
 */
async function play(seeds, signal) {
  const thread = new Worker(new URL("worlds.js", import.meta.url), { workerData: seeds });
  signal.addEventListener("abort", () => thread.terminate());
  return new Promise((resolve, reject) => thread.on("message", resolve).on("error", reject));
}

test(`${WORLDS} worlds break no invariant, from EDGE_SEED=${SEED}`, async (t) => {
  const step = availableParallelism();
  /** @type {Record<string, number>} */
  const counts = {};
  await Promise.all(
    Array.from({ length: step }, async (_, thread) => {
      const played = await play({ first: SEED + thread, end: SEED + WORLDS, step }, t.signal);
      assert.equal(played.violation, undefined, played.violation);
      for (const [name, count] of Object.entries(played.counts)) counts[name] = (counts[name] ?? 0) + count;
    }),
  );
  t.diagnostic(JSON.stringify(counts));
  for (const [name, count] of Object.entries(counts)) assert.ok(count > WORLDS / 200, `only ${count} ${name}: the worlds are poor`);
});

test("a world is the same each time", async () => {
  const trace = async () => {
    const { clock, invariants } = await new World(planOf(SEED)).run();
    return JSON.stringify([clock.now, invariants.counts]);
  };
  assert.equal(await trace(), await trace());
});
