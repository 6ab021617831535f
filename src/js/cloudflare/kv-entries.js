// @ts-check
import { hex } from "./hex.js";

// Seconds that a mark is kept for longer than the items: a write of an item may be under way, and KV takes a minute or more
// to show an item everywhere.
const EXTRA_TIME_OF_MARK = 600;

// KV takes one write a second of each key, and refuses others. Milliseconds.
const PAUSE = 1100;
const ATTEMPTS = 5;

/**
 * One session's entries in a KV namespace: its items, and marks that a session has ended. A mark has a key of its own,
 * since a write of the item may still be under way and would replace the mark. While there is one, no item counts. The
 * keys are hashes: a list of the namespace's keys shows no session's id.
 */
export class KvEntries {
  #namespace;
  #session;
  #expirationTtl;
  #waitUntil;

  /**
   * @param {import("../entries/cloudflare.js").KeyValueNamespace} namespace
   * @param {string} session
   * @param {number} expirationTtl
   * @param {((promise: Promise<unknown>) => void) | undefined} waitUntil
   */
  constructor(namespace, session, expirationTtl, waitUntil) {
    this.#namespace = namespace;
    this.#session = session;
    this.#expirationTtl = expirationTtl;
    this.#waitUntil = waitUntil;
  }

  /** @param {string} key @returns {Promise<string | null>} */
  async read(key) {
    try {
      const names = await Promise.all([this.#name("item", key), this.#name("ended", key)]);
      const [item, ended] = await Promise.all(names.map((name) => this.#namespace.get(name)));
      return ended === null ? item : null;
    } catch {
      return null;
    }
  }

  /** A write that fails leaves the cache as it was. @param {string} key @param {string} item */
  async write(key, item) {
    const name = await this.#name("item", key);
    await this.#inBackground(this.#namespace.put(name, item, { expirationTtl: this.#expirationTtl }));
  }

  /** @param {string} key @throws when the mark cannot be written: the cache may show the session for an hour */
  async remove(key) {
    const [item, ended] = await Promise.all([this.#name("item", key), this.#name("ended", key)]);
    await repeat(() => this.#namespace.put(ended, "ended", { expirationTtl: this.#expirationTtl + EXTRA_TIME_OF_MARK }));
    await this.#inBackground(repeat(() => this.#namespace.delete(item)));
  }

  /** The request waits for the write only if no `waitUntil` takes it: `ctx.waitUntil` throws without its object. @param {Promise<unknown>} writing */
  async #inBackground(writing) {
    const written = writing.catch(() => {});
    try {
      await (this.#waitUntil ? this.#waitUntil(written) : written);
    } catch {
      await written;
    }
  }

  /** @param {"item" | "ended"} kind @param {string} key */
  async #name(kind, key) {
    const text = new TextEncoder().encode(JSON.stringify([kind, this.#session, key]));
    return hex(new Uint8Array(await crypto.subtle.digest("SHA-256", text)));
  }
}

/** @param {() => Promise<unknown>} write */
async function repeat(write) {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await write();
    } catch (error) {
      if (attempt === ATTEMPTS) throw error;
      await new Promise((resolve) => setTimeout(resolve, PAUSE));
    }
  }
}
