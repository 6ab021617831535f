// @ts-check
import { DurableObject } from "cloudflare:workers";
import { Lock } from "./lock.js";
import { MAX_AGE, checkSeconds } from "./max-age.js";
import { revision, parse } from "./record.js";

// The longest that an exchange and the storing of its answer take, by the client's own limits.
const HOLD_TIME = 140_000;

// How long a holder is given to come back whose connection broke: as long as the client waits for a page that hangs.
const RETURN_TIME = 10_000;

const ITEM = "item ";
const LEASE = "lease ";

/**
 * @typedef {object} Lease who holds a lock, for when the object's memory is gone
 * @property {string} holder
 * @property {number} until
 * @property {unknown[]} ended
 *
 * @typedef {import("../entries/cloudflare.js").LockClaim} Claim
 * @typedef {import("../entries/cloudflare.js").LockTask} Task
 */

/**
 * One session's primary: its items, and who may exchange its refresh token. All that it has is in memory too, so that
 * what it answers needs no reading; the runtime sends nothing out before what was written is on disk.
 *
 * While a deployment goes on, an object may be of another version than the Worker that calls it: what passes between
 * them may gain members, and lose none.
 *
 * @extends {DurableObject<unknown>}
 */
export class TokenCoordinator extends DurableObject {
  maxAge = MAX_AGE;

  /** @type {Map<string, string>} */
  #items = new Map();
  /** @type {Map<string, Lock>} */
  #locks = new Map();
  /** @type {number | null} */
  #alarm = null;

  /**
   * @param {import("cloudflare:workers").DurableObjectState} ctx
   * @param {unknown} env
   */
  constructor(ctx, env) {
    super(ctx, env);
    ctx.blockConcurrencyWhile(() => this.#restore());
  }

  async #restore() {
    const { storage } = this.ctx;
    this.#alarm = await storage.getAlarm();
    for (const [key, value] of await storage.list()) {
      if (key.startsWith(ITEM)) this.#items.set(key.slice(ITEM.length), value);
      else if (key.startsWith(LEASE)) this.#restoreLock(key.slice(LEASE.length), value);
    }
  }

  /** @param {string} name @param {Lease} lease */
  #restoreLock(name, { holder, until, ended }) {
    const lock = Object.assign(this.#lock(name), { holder, ended });
    this.#awaitReturn(name, lock, until - Date.now());
  }

  /** @param {string} key */
  async getItem(key) {
    const item = this.#items.get(key);
    if (item !== undefined) await this.#extendExpiry();
    return item ?? null;
  }

  /** @param {string} key @param {string} item */
  async setItem(key, item) {
    const { id } = parse(item);
    if ([...this.#locks.values()].some(({ ended }) => ended.includes(id))) return;
    await this.ctx.storage.put(ITEM + key, item);
    this.#items.set(key, item);
    await this.#extendExpiry();
  }

  /** @param {string} key */
  async removeItem(key) {
    const { id } = parse(this.#items.get(key));
    this.#items.delete(key);
    /** @type {Promise<void>[]} */
    const writes = [];
    for (const [name, lock] of this.#locks) {
      if (id === undefined || lock.holder === undefined) continue;
      lock.ended.push(id);
      writes.push(this.#writeLease(name, lock));
    }
    await Promise.all([...writes, this.ctx.storage.delete(ITEM + key)]);
    await this.#deleteIfEmpty();
  }

  /**
   * Runs the task while nobody else holds the lock. Who holds it already comes back over a new connection.
   *
   * @param {string} name
   * @param {Claim} claim
   * @param {Task} task
   * @returns {Promise<{ item: string | null } | undefined>} an item that was not seen yet: the task was not run then
   */
  async withLock(name, claim, task) {
    checkSeconds(this.maxAge, "maxAge");
    const lock = this.#lock(name);
    if (lock.holder !== claim.holder && !(await this.#take(name, lock, claim, task))) return { item: this.#itemFor(claim) };
    await this.#hold(name, lock, () => task("run", this.#itemFor(claim)));
    return undefined;
  }

  /** @param {Claim} claim */
  #itemFor({ key }) {
    return this.#items.get(key) ?? null;
  }

  /** @param {string} name @param {Lock} lock @param {Claim} claim @param {Task} task */
  async #take(name, lock, claim, task) {
    const isUpToDate = () => revision(this.#itemFor(claim)) === claim.seen;
    const waits = lock.holder !== undefined;
    const isHeld = await lock.acquire(claim.holder, isUpToDate);
    if (!isHeld) {
      if (lock.holder === undefined) this.#locks.delete(name);
      return false;
    }
    // Who has waited may have died meanwhile: then he has begun nothing, and need not be waited for.
    const isReady = (!waits || (await isAlive(task))) && isUpToDate();
    if (isReady) await Promise.all([this.#writeLease(name, lock), this.#extendExpiry()]);
    else await this.#release(name, lock);
    return isReady;
  }

  async alarm() {
    this.#alarm = await this.ctx.storage.getAlarm();
    // It was set anew: somebody has come in this moment.
    if (this.#alarm !== null) return;
    if (this.#locks.size > 0) return this.#extendExpiry();
    this.#items.clear();
    await this.#deleteIfEmpty();
  }

  /** @param {string} name */
  #lock(name) {
    const lock = this.#locks.get(name) ?? new Lock();
    this.#locks.set(name, lock);
    return lock;
  }

  /** @param {string} name @param {Lock} lock */
  #writeLease(name, { holder, ended }) {
    return this.ctx.storage.put(LEASE + name, { holder, until: Date.now() + HOLD_TIME, ended });
  }

  /** @param {string} name @param {Lock} lock @param {() => PromiseLike<void>} task */
  async #hold(name, lock, task) {
    const connection = (lock.connection = {});
    const isHeld = () => lock.connection === connection;
    const limit = setTimeout(() => isHeld() && this.#release(name, lock), HOLD_TIME);
    const lost = await task().then(() => false, isConnectionLost);
    clearTimeout(limit);
    if (!isHeld()) return;
    // His exchange may go on.
    if (lost) this.#awaitReturn(name, lock, RETURN_TIME);
    else await this.#release(name, lock);
  }

  /** @param {string} name @param {Lock} lock @param {number} time */
  #awaitReturn(name, lock, time) {
    const connection = (lock.connection = {});
    const isLost = () => lock.connection === connection;
    setTimeout(() => isLost() && this.#release(name, lock), Math.min(time, RETURN_TIME));
  }

  /** @param {string} name @param {Lock} lock */
  async #release(name, lock) {
    lock.connection = {};
    lock.release();
    if (lock.holder === undefined) this.#locks.delete(name);
    await this.ctx.storage.delete(LEASE + name);
    await this.#deleteIfEmpty();
  }

  /** Has the session end when it was not used for its age. An alarm is not set at each use: it would be a write. */
  async #extendExpiry() {
    const least = Date.now() + checkSeconds(this.maxAge, "maxAge") * 1000;
    if (this.#alarm !== null && this.#alarm >= least) return;
    this.#alarm = least + this.maxAge * 10; // a hundredth more
    await this.ctx.storage.setAlarm(this.#alarm);
  }

  /** Leaves nothing behind when there is nothing to keep. */
  async #deleteIfEmpty() {
    if (this.#items.size > 0 || this.#locks.size > 0) return;
    this.#alarm = null;
    await Promise.all([this.ctx.storage.deleteAlarm(), this.ctx.storage.deleteAll()]);
  }
}

/** @param {Task} task */
async function isAlive(task) {
  const answered = task("wait", null).then(() => true, () => false);
  return Promise.race([answered, new Promise((resolve) => setTimeout(resolve, RETURN_TIME, false))]);
}

/** Whether the other side may live on: the runtime says so of a connection, and not of a request that has ended. */
function isConnectionLost(/** @type {any} */ error) {
  return Boolean(error.retryable);
}
