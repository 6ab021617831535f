// @ts-check
// The record in the page's storage, read before the core is there. It is parsed only when its text has changed.

import { endedSessionsKey } from "../web/ended-sessions.js";
import { leaseOf, recordOf } from "./lease.js";

/**
 * @param {import("./front.js").Options} options
 * @param {import("../web/front-api.js").FrontApi["session"]} makeSession
 */
export function storedRecord(options, makeSession) {
  const { storage, emulatedStorage, storageKey, shares } = options;
  /** @type {unknown} */
  let text;
  /** @type {any} */
  let record;
  /** @type {import("./lease.js").Lease | undefined} */
  let lease;
  /** The last record whose session the application may have seen. @type {any} */
  let shownRecord;
  /** The list of the sessions that were signed out. @type {string | null} */
  let ended = null;

  /** Takes a text that was read from the application's storage. @param {unknown} read */
  const take = (read) => {
    if (read === text) return;
    text = read;
    record = recordOf(text, options);
    lease = record && leaseOf(record, sessionOf(record));
  };
  /** The page's storage, if it has the record. @returns {Storage | undefined} */
  const place = () =>
    typeof storage === "string" && storage !== "memory"
      ? (emulatedStorage ?? window[/** @type {"localStorage"} */ (`${storage}Storage`)])
      : undefined;
  const look = () => {
    try {
      const area = place();
      if (area) take(area.getItem(/** @type {string} */ (storageKey)));
      if (shares) ended = localStorage.getItem(endedSessionsKey(/** @type {string} */ (storageKey)));
    } catch {
      // The storage is blocked: the last text that was read counts, if there is one.
    }
    const current = ended?.includes(record?.id) ? undefined : record;
    shownRecord = current ?? shownRecord;
    return current;
  };
  const sessionOf = (/** @type {any} */ { id, subject, scope, sent_at, lifetime, refresh_expires_at }) =>
    makeSession(id, subject, scope, Number.isFinite(lifetime) ? sent_at + lifetime : undefined, refresh_expires_at);

  return {
    take,
    shownRecord: () => shownRecord,
    /** Notes in the record that its session is to be signed out. If this page never gets its core, the core of the next page signs it out. */
    noteSignOut() {
      if (!look()) return;
      try {
        place()?.setItem(/** @type {string} */ (storageKey), JSON.stringify({ ...record, signing_out: 1 }));
      } catch {
        // The storage is full or blocked: the call waits for the core on this page only.
      }
    },
    /** The lease of the record, if it has one. */
    lease: () => look() && lease,
    /** The session of the record, also if its access token has expired; null if that token can no longer be refreshed. */
    session() {
      const current = look();
      const end = current?.refresh_token ? current.refresh_expires_at : current?.sent_at + current?.lifetime;
      return current && !(end <= Date.now()) ? sessionOf(current) : null;
    },
  };
}
