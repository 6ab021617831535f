// @ts-check
import { DurableObject } from "cloudflare:workers";
import { EndedSessions } from "./ended-sessions.js";
import { Lock } from "./lock.js";
import { MAX_AGE, checkSeconds } from "./max-age.js";
import { generationOf, isSameSession, isSetAside, parse, revision } from "./record.js";

// Milliseconds. A client aborts an exchange after 120 seconds; the rest is for the write of its result. A client that comes
// later, from a machine that slept, needs no lock to store a newer generation of its session.
const HOLD_TIME = 140_000;

// Milliseconds. A holder whose connection broke has this time to reconnect.
const RETURN_TIME = 10_000;

// Seconds that a new session is kept. A second request extends that to `maxAge`.
const YOUNG_AGE = 3600;

const ITEM = "item ";
const HELD_LOCK = "lock ";
const ENDED = "ended ";

/**
 * @typedef {object} HeldLock a lock that is held, as it is on disk
 * @property {string} key
 * @property {string} holder
 * @property {string | undefined} session
 * @property {number} signOutAt the last sign-out that the holder knew of when it began
 * @property {number} until
 *
 * @typedef {import("../entries/cloudflare.js").LockClaim} LockClaim
 * @typedef {import("../entries/cloudflare.js").LockTask} Task
 * @typedef {import("../entries/cloudflare.js").Removal} Removal
 */

/**
 * Keeps one session's items, and lets one caller at a time exchange the refresh token. The items are in memory too, so
 * that a read takes no I/O, except that it sometimes sets the alarm anew. The runtime holds back every response until all
 * earlier writes are on disk.
 *
 * During a deployment, the object and the Worker that calls it may be of different versions: messages between them may
 * gain members, and lose none.
 *
 * @extends {DurableObject<unknown>}
 */
export class TokenCoordinator extends DurableObject {
  maxAge = MAX_AGE;

  /** @type {Map<string, string>} */
  #items = new Map();
  /** @type {Map<string, Lock>} */
  #locks = new Map();
  #ended = new EndedSessions();
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
    for (const [key, value] of /** @type {Map<string, any>} */ (await storage.list())) {
      if (key.startsWith(ITEM)) this.#items.set(key.slice(ITEM.length), value);
      else if (key.startsWith(HELD_LOCK)) this.#restoreLock(key.slice(HELD_LOCK.length), value);
      else if (key.startsWith(ENDED)) this.#ended.restore(key.slice(ENDED.length), value);
    }
  }

  /** @param {string} name @param {HeldLock} held */
  #restoreLock(name, { key, holder, session, signOutAt: knownSignOutAt, until }) {
    const lock = Object.assign(this.#lock(name, key), { holder, session, knownSignOutAt });
    this.#awaitReturn(name, lock, until - Date.now());
  }

  /** @param {string} key */
  async getItem(key) {
    checkSeconds(this.maxAge, "maxAge");
    const item = this.#items.get(key) ?? null;
    if (item !== null) await this.#extendExpiry(this.maxAge);
    return { item, signOutAt: this.#ended.lastSignOut(key) };
  }

  /**
   * Stores the item, unless the session has ended or the item is out of date.
   *
   * @param {string} key
   * @param {string} item
   * @param {string} [holder] of the lock, if the writer holds it
   * @returns {Promise<boolean>} whether the item is stored
   */
  async setItem(key, item, holder) {
    if (this.#items.get(key) === item) return true;
    if (!isSetAside(key) && !this.#maySet(key, item, holder)) return false;
    const isNew = !isSameSession(item, this.#items.get(key));
    await this.#write(key, item, isNew ? YOUNG_AGE : this.maxAge);
    return true;
  }

  /**
   * A newer generation of the session needs no lock: its refresh token is the only one that the server still accepts.
   * Any other item needs the lock, and nobody may have signed out since the lock's holder began. A new session replaces
   * only the session that was stored when the holder got the lock.
   *
   * @param {string} key @param {string} item @param {string | undefined} holder
   */
  #maySet(key, item, holder) {
    const stored = this.#items.get(key);
    if (this.#ended.includes(parse(item).id)) return false;
    const lock = this.#lockOf(key, holder);
    if (!isSameSession(item, stored)) return lock !== undefined && (stored === undefined || parse(stored).id === lock.session);
    const ahead = generationOf(item) - generationOf(stored);
    return ahead > 0 || (ahead === 0 && lock !== undefined);
  }

  /** The lock of this holder, unless somebody has signed out since. @param {string} key @param {string | undefined} holder */
  #lockOf(key, holder) {
    const lastSignOut = this.#ended.lastSignOut(key);
    const isIt = (/** @type {Lock} */ lock) => lock.key === key && lock.holder === holder && lock.knownSignOutAt >= lastSignOut;
    return holder === undefined ? undefined : [...this.#locks.values()].find(isIt);
  }

  /**
   * Stores the first item of an object whose name nobody else knows. If the browser never comes back with that name,
   * the item goes soon.
   *
   * @param {string} key @param {string} item
   */
  async createItem(key, item) {
    if (this.#items.get(key) === item) return true;
    const isUsed = this.#items.size > 0 || this.#locks.size > 0 || this.#ended.until() !== null;
    if (isUsed) return false;
    await this.#write(key, item, YOUNG_AGE);
    return true;
  }

  /** @param {string} key @param {string} item @param {number} age seconds */
  async #write(key, item, age) {
    this.#items.set(key, item);
    await Promise.all([this.ctx.storage.put(ITEM + key, item), this.#extendExpiry(age)]);
  }

  /**
   * Removes the item, and remembers that its session has ended.
   *
   * - `signed-out`: any stored session ends, and so does a sign-in that is under way.
   * - `ended`: only the session that the caller has read ends. Another one may have replaced it since.
   * - `moved`: a new session in another object replaces the session. As `ended`, but only if the caller holds the lock and
   *   nobody has signed out since the caller began.
   *
   * @param {string} key
   * @param {Removal} removal
   * @returns {Promise<{ isRemoved: boolean, signOutAt: number }>}
   */
  async removeItem(key, { operation: removalId, reason, id, holder }) {
    const isSignOut = reason === "signed-out";
    const isRefused = reason === "moved" && this.#lockOf(key, holder) === undefined;
    if (!isRefused && !this.#ended.has(removalId)) {
      const stored = parse(this.#items.get(key)).id;
      const isReplaced = !isSignOut && stored !== id;
      const ids = [id, isReplaced ? undefined : stored].filter((one) => one !== undefined);
      if (!isReplaced) this.#items.delete(key);
      const ended = this.#ended.add(removalId, { key, ids, isSignOut });
      const { storage } = this.ctx;
      const writes = [storage.put(ENDED + removalId, ended), isReplaced || storage.delete(ITEM + key), this.#forgetOld()];
      await Promise.all([...writes, this.#deleteIfEmpty()]);
    }
    return { isRemoved: !isRefused, signOutAt: this.#ended.lastSignOut(key) };
  }

  /**
   * Runs the task while nobody else holds the lock. A holder whose connection broke calls again, under the same name.
   *
   * @param {string} name
   * @param {LockClaim} claim
   * @param {Task} task
   * @returns {Promise<{ item: string | null } | undefined>} an item that the caller has not read yet: the task did not run
   */
  async withLock(name, claim, task) {
    const lock = this.#lock(name, claim.key);
    if (lock.holder !== claim.holder && !(await this.#acquire(name, lock, claim, task))) return { item: this.#itemFor(claim) };
    await this.#hold(name, lock, () => task("run", this.#itemFor(claim)));
    return undefined;
  }

  /** @param {LockClaim} claim */
  #itemFor({ key }) {
    return this.#items.get(key) ?? null;
  }

  /** @param {string} name @param {Lock} lock @param {LockClaim} claim @param {Task} task */
  async #acquire(name, lock, claim, task) {
    const { seen: seenRevision, signOutAt: knownSignOutAt } = claim;
    const isUpToDate = () => revision(this.#itemFor(claim)) === seenRevision;
    const waits = lock.holder !== undefined;
    const isHeld = await lock.acquire(claim.holder, isUpToDate);
    if (!isHeld) {
      if (lock.holder === undefined) this.#locks.delete(name);
      return false;
    }
    lock.knownSignOutAt = knownSignOutAt;
    lock.session = parse(this.#itemFor(claim)).id;
    // The caller may have died in the queue. Then it has sent nothing, and the next caller need not wait for it.
    const isReady = (!waits || (await isAlive(task))) && isUpToDate();
    if (isReady) await Promise.all([this.#writeHeldLock(name, lock), this.#extendExpiry(YOUNG_AGE)]);
    else await this.#release(name, lock);
    return isReady;
  }

  async alarm() {
    this.#alarm = await this.ctx.storage.getAlarm();
    // It was set anew: the session is in use.
    if (this.#alarm !== null) return;
    if (this.#locks.size > 0) return this.#extendExpiry(YOUNG_AGE);
    const deletions = [...this.#items.keys()].map((key) => this.ctx.storage.delete(ITEM + key));
    this.#items.clear();
    await Promise.all([...deletions, this.#forgetOld()]);
    await this.#deleteIfEmpty();
  }

  async #forgetOld() {
    await Promise.all(this.#ended.forgetOld().map((removalId) => this.ctx.storage.delete(ENDED + removalId)));
  }

  /** @param {string} name @param {string} key */
  #lock(name, key) {
    const lock = this.#locks.get(name) ?? new Lock(key);
    this.#locks.set(name, lock);
    return lock;
  }

  /** @param {string} name @param {Lock} lock */
  #writeHeldLock(name, { key, holder, session, knownSignOutAt }) {
    const held = { key, holder, session, signOutAt: knownSignOutAt, until: Date.now() + HOLD_TIME };
    return this.ctx.storage.put(HELD_LOCK + name, held);
  }

  /** @param {string} name @param {Lock} lock @param {() => PromiseLike<void>} task */
  async #hold(name, lock, task) {
    const period = (lock.period = {});
    const isCurrent = () => lock.period === period;
    const limit = setTimeout(() => isCurrent() && this.#release(name, lock), HOLD_TIME);
    const isLost = await task().then(() => false, isConnectionLost);
    clearTimeout(limit);
    if (!isCurrent()) return;
    // The holder's exchange may go on.
    if (isLost) this.#awaitReturn(name, lock, RETURN_TIME);
    else await this.#release(name, lock);
  }

  /** @param {string} name @param {Lock} lock @param {number} time */
  #awaitReturn(name, lock, time) {
    const period = (lock.period = {});
    const isCurrent = () => lock.period === period;
    setTimeout(() => isCurrent() && this.#release(name, lock), Math.min(time, RETURN_TIME));
  }

  /** @param {string} name @param {Lock} lock */
  async #release(name, lock) {
    lock.period = {};
    lock.release();
    if (lock.holder === undefined) this.#locks.delete(name);
    await this.ctx.storage.delete(HELD_LOCK + name);
    await this.#deleteIfEmpty();
  }

  /**
   * Keeps the object for at least this time. The alarm is not set at each use, since that is a write.
   *
   * @param {number} age seconds
   */
  async #extendExpiry(age) {
    const milliseconds = Math.min(age, this.maxAge) * 1000;
    const least = Date.now() + milliseconds;
    if (this.#alarm !== null && this.#alarm >= least) return;
    this.#alarm = least + milliseconds / 100;
    await Promise.all([this.ctx.storage.setAlarm(this.#alarm), this.#forgetOld()]);
  }

  /** Deletes the rest when there is nothing to keep: at once, or when the ended sessions may be forgotten. */
  async #deleteIfEmpty() {
    if (this.#items.size > 0 || this.#locks.size > 0) return;
    this.#alarm = this.#ended.until();
    const { storage } = this.ctx;
    if (this.#alarm !== null) await storage.setAlarm(this.#alarm);
    else await Promise.all([storage.deleteAlarm(), storage.deleteAll()]);
  }
}

/** @param {Task} task */
async function isAlive(task) {
  const responded = task("wait", null).then(() => true, () => false);
  return Promise.race([responded, new Promise((resolve) => setTimeout(resolve, RETURN_TIME, false))]);
}

/**
 * Whether the connection broke, so that the caller may still be alive. Then the runtime marks the error as retryable; it
 * does not if the caller's request has ended.
 */
function isConnectionLost(/** @type {any} */ error) {
  return Boolean(error.retryable);
}
