// @ts-check
/** The events of a world: a seed chooses them, and a plan that breaks an invariant is made smaller. */
import { randomOf } from "../support/random.js";

const KINDS = ["view", "view", "write", "write", "rejected", "rejected", "sign-in", "sign-out", "sign-out", "crash", "disconnect", "kill"];
const GAPS = [0, 50, 500, 3000, 15_000, 70_000];

/**
 * @typedef {object} Step
 * @property {number} gap     milliseconds since the step before
 * @property {string} kind
 * @property {number} seed    of every random choice in it
 * @property {number} place   the location of the isolate that serves it
 * @property {boolean} isOld  whether its cookie is one that the browser had before
 * @property {number} loss    how likely a message of it is lost
 *
 * @typedef {object} Mode
 * @property {boolean} isBrowser  whether cookies name the sessions, by `browserSession`
 * @property {boolean} hasCache   whether KV is in front of the objects
 * @property {number} lifetime    of an access token, in milliseconds
 *
 * @typedef {{ mode: Mode, steps: Step[] }} Plan
 */

/** @param {number} seed @returns {Plan} */
export function planOf(seed) {
  const random = randomOf(seed);
  const below = (/** @type {number} */ count) => Math.floor(random() * count);
  const mode = { isBrowser: random() < 0.6, hasCache: random() < 0.4, lifetime: random() < 0.6 ? 60_000 : 3_600_000 };
  const loss = [0, 0, 0.05, 0.2][below(4)];
  const steps = Array.from({ length: 4 + below(9) }, () => ({
    gap: GAPS[below(GAPS.length)],
    kind: KINDS[below(KINDS.length)],
    seed: below(2 ** 30),
    place: below(3),
    isOld: random() < 0.15,
    loss,
  }));
  return { mode, steps: [{ gap: 0, kind: "write", seed: below(2 ** 30), place: 0, isOld: false, loss: 0 }, ...steps] };
}

/** Leaves out steps as long as the plan still fails. @param {Plan} plan @param {(plan: Plan) => Promise<boolean>} fails @returns {Promise<Plan>} */
export async function shrink(plan, fails) {
  for (let at = 0; at < plan.steps.length; at += 1) {
    const smaller = { ...plan, steps: plan.steps.filter((_, place) => place !== at) };
    if (await fails(smaller)) return shrink(smaller, fails);
  }
  return plan;
}
