// @ts-check
// The record in the page's storage, read before the core is there. It is parsed only when its text has changed.

import { endedSessionsKey } from "../web/ended-sessions.js";
import { leaseOf, recordOf } from "./lease.js";

/** @typedef {import("../web/front-api.js").FrontApi["session"]} SessionObject */

export class StoredRecord {
  #options;
  #session;
  /** @type {unknown} */
  #text;
  /** @type {string | null | undefined} */
  #endedText;
  /** @type {string[]} */
  #ended = [];
  /** @type {any} */
  #record;
  /** @type {import("./lease.js").Lease | undefined} */
  #lease;

  /**
   * @param {import("./front.js").Options} options
   * @param {SessionObject} session
   */
  constructor(options, session) {
    this.#options = options;
    this.#session = session;
  }

  /** The lease of the record, if it has one. */
  get lease() {
    return this.#read() && this.#lease;
  }

  /** The session of the record, also if its access token has expired; null if nothing can renew that token any more. */
  get session() {
    const record = this.#read();
    const end = record?.refresh_token ? record.refresh_expires_at : record?.sent_at + record?.lifetime;
    return record && !(end <= Date.now()) ? this.#sessionOf(record) : null;
  }

  /** Takes a text that was read from the application's storage. @param {unknown} text */
  take(text) {
    if (text === this.#text) return;
    this.#text = text;
    this.#record = recordOf(text, this.#options);
    this.#lease = this.#record && leaseOf(this.#record, this.#sessionOf(this.#record));
  }

  #read() {
    const { storage, emulatedStorage, storageKey, shares } = this.#options;
    try {
      if (storage === "session" || storage === "local")
        this.take((emulatedStorage ?? window[/** @type {"localStorage"} */ (`${storage}Storage`)]).getItem(storageKey));
      if (shares) this.#readEnded(localStorage.getItem(endedSessionsKey(storageKey)));
    } catch {
      // The storage is blocked: what was read before counts, if anything was.
    }
    return this.#ended.includes(this.#record?.id) ? undefined : this.#record;
  }

  /** The ids of the sessions that were signed out. @param {string | null} text */
  #readEnded(text) {
    if (text === this.#endedText) return;
    this.#endedText = text;
    this.#ended = text?.match(/[0-9a-f]{16}/g) ?? [];
  }

  /** @param {any} record */
  #sessionOf({ id, subject, scope, sent_at, lifetime, refresh_expires_at }) {
    return this.#session(id, subject, scope, Number.isFinite(lifetime) ? sent_at + lifetime : undefined, refresh_expires_at);
  }
}
