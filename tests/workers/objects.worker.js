// The sessions' homes, and what a test wants to know of them.
import { TokenCoordinator } from "storefront-token-client/cloudflare";
import { WorkerEntrypoint } from "cloudflare:workers";

const { now } = Date;
let ahead = 0;
Date.now = () => now() + ahead;

export class Sessions extends TokenCoordinator {
  #asked = 0;
  #read = 0;

  getItem(key) {
    this.#read += 1;
    return super.getItem(key);
  }

  withLock(name, claim, task) {
    this.#asked += 1;
    return super.withLock(name, claim, task);
  }

  /** How many have asked this object for a lock since it began. */
  asked() {
    return this.#asked;
  }

  /** How often its items were read. */
  read() {
    return this.#read;
  }

  /** All that is on its disk. */
  async kept() {
    const { storage } = this.ctx;
    return { entries: Object.fromEntries(await storage.list()), alarm: await storage.getAlarm() };
  }

  /** Loses its memory. */
  crash() {
    this.ctx.abort("crash");
  }

  ring() {
    return this.alarm();
  }

  /** Time passes here: an alarm that is due by then rings. */
  async pass(milliseconds) {
    ahead += milliseconds;
    const alarm = await this.ctx.storage.getAlarm();
    if (alarm === null || alarm > Date.now()) return false;
    await this.ctx.storage.setAlarm(now());
    return true;
  }
}

/** For Workers of another process, and for the test. */
export default class extends WorkerEntrypoint {
  call(session, method, ...args) {
    return this.env.SESSIONS.getByName(session)[method](...args);
  }

  async fetch(request) {
    const { pathname, searchParams } = new URL(request.url);
    const { session, args = "[]" } = Object.fromEntries(searchParams);
    const calling = this.call(session, pathname.slice(1), ...JSON.parse(args));
    return Response.json((await calling.catch(() => undefined)) ?? null);
  }
}
