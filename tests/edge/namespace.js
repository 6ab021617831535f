// @ts-check
/** A KV namespace: a write is visible at once in its own place, and elsewhere within a minute. */

/** Milliseconds. */
export const PROPAGATION = 60_000;
const BETWEEN_WRITES = 1000;

/** @typedef {{ at: number, place: number, value: string | null, until: number, seenAt: number }} Write */

export class Namespace {
  /** @type {Map<string, Write[]>} */
  #writes = new Map();

  /** @param {import("./world.js").World} world */
  constructor(world) {
    this.world = world;
  }

  /** The binding, as a request has it. @param {import("./objects.js").Caller & { place: number }} caller */
  bindingFor(caller) {
    const { clock } = this.world;
    const travel = async () => {
      await clock.wait(1 + caller.random() ** 6 * 20_000);
      if (caller.isDead) await new Promise(() => {});
      if (caller.random() < caller.loss) throw new Error("KV has failed.");
    };
    return {
      get: async (/** @type {string} */ key) => {
        await travel();
        return this.#read(key, caller.place);
      },
      put: async (/** @type {string} */ key, /** @type {string} */ value, /** @type {{ expirationTtl: number }} */ { expirationTtl }) => {
        await travel();
        this.#write(key, value, expirationTtl * 1000, caller);
      },
      delete: async (/** @type {string} */ key) => {
        await travel();
        this.#write(key, null, Infinity, caller);
      },
    };
  }

  /** @param {string} key @param {number} place */
  #read(key, place) {
    const { now } = this.world.clock;
    const seen = (this.#writes.get(key) ?? []).filter((write) => write.place === place || write.seenAt <= now).at(-1);
    return seen !== undefined && seen.until > now ? seen.value : null;
  }

  /** @param {string} key @param {string | null} value @param {number} ttl @param {import("./objects.js").Caller & { place: number }} caller */
  #write(key, value, ttl, { place, random }) {
    const { now } = this.world.clock;
    const writes = this.#writes.get(key) ?? [];
    const last = writes.at(-1);
    if (last !== undefined && last.at + BETWEEN_WRITES > now) throw new Error("KV PUT failed: 429 Too Many Requests");
    writes.push({ at: now, place, value, until: now + ttl, seenAt: now + random() * PROPAGATION });
    this.#writes.set(key, writes);
  }
}
