// @ts-check
/** Sign-outs, sign-ins and refreshes at the edge, in worlds where messages are late or lost and objects crash. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { planOf, shrink } from "./plan.js";
import { World } from "./world.js";

const WORLDS = Number(process.env.EDGE_WORLDS ?? 100_000);
const SEED = Number(process.env.EDGE_SEED ?? Math.floor(Math.random() * 2 ** 30));

/** @param {import("./plan.js").Plan} plan */
const violationOf = async (plan) => (await new World(plan).run()).violation;

test(`${WORLDS} worlds break no invariant, from EDGE_SEED=${SEED}`, async (t) => {
  /** @type {Record<string, number>} */
  const counts = {};
  for (let world = 0; world < WORLDS; world += 1) {
    const plan = planOf(SEED + world);
    const { violation, invariants } = await new World(plan).run();
    for (const [name, count] of Object.entries(invariants.counts)) counts[name] = (counts[name] ?? 0) + count;
    if (violation === undefined) continue;
    const name = violation.message.split(":")[0];
    const smallest = await shrink(plan, async (smaller) => (await violationOf(smaller))?.message.split(":")[0] === name);
    const found = await violationOf(smallest);
    assert.fail(`EDGE_SEED=${SEED + world}: ${found?.stack}\n${JSON.stringify(smallest, null, 1)}`);
  }
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
