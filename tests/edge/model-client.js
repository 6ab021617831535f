// @ts-check
/**
 * A model of `TokenClient` for the simulation. It makes the same storage calls as the real client: it reads, locks, marks a
 * refresh, and stores the result.
 */
const KEY = "shop";

/**
 * @typedef {object} Record
 * @property {string} id
 * @property {"guest" | "user"} subject
 * @property {number} generation
 * @property {string | undefined} replaces the ids of the sessions before it, the newest first
 * @property {string} access_token
 * @property {string} refresh_token
 * @property {number} sent_at
 * @property {number} [refresh_sent_at]
 */

/** The errors that end a call without a token, by the real client's codes. */
export class CallFailed extends Error {}

export class ModelClient {
  /** @type {Record | null} */
  record = null;
  /** @type {Promise<any>} */
  #lastWrite = Promise.resolve();

  /** @param {import("./request.js").Request} request @param {any} storage */
  constructor(request, storage) {
    this.request = request;
    this.world = request.world;
    this.storage = storage;
  }

  async #load() {
    await this.#lastWrite.catch(() => {});
    const item = await this.storage.getItem(KEY);
    this.record = item === null ? null : JSON.parse(item);
    this.request.readAt = Math.min(this.request.readAt, this.world.clock.now);
  }

  dispose() {}

  /** @param {{ isRejected: boolean }} options @returns {Promise<Record | null>} */
  async token({ isRejected }) {
    const { isGuestWanted } = this.request;
    await this.#load();
    const rejected = isRejected ? this.record?.access_token : undefined;
    for (let attempt = 0; attempt < 8; attempt += 1) {
      const { record } = this;
      const isValid = record !== null && record.access_token !== rejected && record.sent_at + this.world.mode.lifetime > this.world.clock.now;
      if (isValid || (record === null && !isGuestWanted)) return record;
      await this.#exchange(record === null ? "guest" : "refresh");
    }
    throw new CallFailed("timeout");
  }

  async signIn() {
    await this.#load();
    for (let attempt = 0; attempt < 8; attempt += 1) if (await this.#exchange("sign-in")) return this.record;
    throw new CallFailed("timeout");
  }

  /** @returns {Promise<Record | null>} the session that was signed out */
  async signOut() {
    await this.#load();
    const { record } = this;
    await this.storage.removeItem(KEY, "signed-out");
    if (record) this.world.server.revoke(record.refresh_token);
    this.record = null;
    return record;
  }

  /** One exchange under the lock. False unless it has stored new tokens: then the caller looks at the record again. @param {"guest" | "refresh" | "sign-in"} kind */
  async #exchange(kind) {
    const before = this.record;
    /** @type {"not run" | "read" | "done" | "rejected" | Error} */
    let outcome = "not run";
    await this.storage.withLock(before === null ? KEY : `${KEY} ${before.id}`, async () => {
      outcome = await this.#underLock(kind, before).catch((error) => error);
    });
    // TypeScript does not see that the task has run.
    const ended = /** @type {any} */ (outcome);
    if (ended instanceof Error) throw ended;
    if (ended === "not run") await this.#load();
    if (ended === "rejected") await this.#confirmRejection();
    return ended === "done";
  }

  /** @param {"guest" | "refresh" | "sign-in"} kind @param {Record | null} before */
  async #underLock(kind, before) {
    await this.#load();
    const { record } = this;
    if (record?.id !== before?.id) return "read";
    if (kind !== "refresh") return this.#begin(kind);
    if (!record || record.access_token !== before?.access_token) return "read";
    const { clock, server } = this.world;
    this.#write({ ...record, refresh_sent_at: clock.now });
    const sent_at = clock.now;
    const tokens = await server.exchange(this.request, record.refresh_token);
    if (tokens === undefined) throw new CallFailed("network");
    if (tokens === null) return "rejected";
    const { refresh_sent_at: _, ...rest } = record;
    return this.#store({ ...rest, generation: record.generation + 1, access_token: tokens.access, refresh_token: tokens.refresh, sent_at });
  }

  /** @param {"guest" | "sign-in"} kind */
  async #begin(kind) {
    const replaces = this.record?.id;
    const sent_at = this.world.clock.now;
    const tokens = await this.world.server.exchange(this.request);
    if (!tokens) throw new CallFailed("network");
    const subject = kind === "guest" ? "guest" : "user";
    const id = `${tokens.family}/${this.request.name}`;
    this.request.began.add(id);
    return this.#store({ id, subject, generation: 0, replaces, access_token: tokens.access, refresh_token: tokens.refresh, sent_at });
  }

  /** @param {Record} record */
  async #store(record) {
    const writeBeganAt = this.world.clock.now;
    const isStored = await this.#write(record);
    if (isStored === false) return this.#refused(record);
    this.record = record;
    if (record.subject === "user" && record.generation === 0) this.world.invariants.signedIn(this.request, writeBeganAt);
    return "done";
  }

  /** @param {Record} record @returns {Promise<boolean>} */
  #write(record) {
    return (this.#lastWrite = this.#lastWrite.catch(() => {}).then(() => this.storage.setItem(KEY, JSON.stringify(record))));
  }

  /** The session has ended, unless another client has refreshed it. @param {Record} refused */
  async #refused(refused) {
    await this.#load();
    if (this.record?.id === refused.id) return "read";
    this.world.server.revoke(refused.refresh_token);
    throw new CallFailed("signed_out");
  }

  async #confirmRejection() {
    const rejected = this.record;
    await this.#load();
    if (rejected === null || this.record?.access_token !== rejected.access_token) return;
    this.world.invariants.rejected(rejected.refresh_token);
    await this.storage.removeItem(KEY, "ended");
    this.record = null;
  }
}
