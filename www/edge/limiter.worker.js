// @ts-check
/** Stands in for the platform's rate limiter, which is not part of workerd. It loses its counts when it restarts. */
import { WorkerEntrypoint } from "cloudflare:workers";

const PERIOD = 60_000;

/** For each key: the minute being counted, and the count so far. @type {Map<string, { minute: number, count: number }>} */
const counts = new Map();

export default class extends WorkerEntrypoint {
  /** @param {{ key: string }} options */
  limit({ key }) {
    const minute = Math.floor(Date.now() / PERIOD);
    const before = counts.get(key);
    const count = before?.minute === minute ? before.count + 1 : 1;
    counts.set(key, { minute, count });
    return { success: count <= Number(this.env.LIMIT) };
  }
}
