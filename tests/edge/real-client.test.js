// @ts-check
/** The package's own client in the worlds of simulation.test.js, which plays a model of it. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { loadCode } from "./code.js";
import { planOf } from "./plan.js";
import { World, globals } from "./world.js";

const WORLDS = Number(process.env.EDGE_CLIENT_WORLDS ?? 1000);
const SEED = Number(process.env.EDGE_SEED ?? 1);

const { TokenClient } = await loadCode(globals, "dist/index.js");
// The first call loads the WebAssembly, which needs turns of the host's event loop. So load it before the simulated clock runs.
await new World(planOf(SEED)).run();
await new TokenClient({ tokenEndpoint: "https://shop.example/token", clientId: "shop" }).getSession();

test(`${WORLDS} worlds of the package's client break no invariant, from EDGE_SEED=${SEED}`, async (t) => {
  /** @type {Record<string, number>} */
  const counts = {};
  for (let seed = SEED; seed < SEED + WORLDS; seed += 1) {
    const plan = planOf(seed);
    const { violation, invariants } = await new World(plan, TokenClient).run();
    for (const [name, count] of Object.entries(invariants.counts)) counts[name] = (counts[name] ?? 0) + count;
    assert.equal(violation, undefined, `EDGE_SEED=${seed}: ${violation?.stack}\n${JSON.stringify(plan)}`);
  }
  t.diagnostic(JSON.stringify(counts));
  for (const [name, count] of Object.entries(counts)) assert.ok(count > WORLDS / 200, `only ${count} ${name}: the worlds are poor`);
});
