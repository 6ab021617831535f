// @ts-check
// The trace of this tab's last session: its record without the tokens. If the next page of the tab finds no session, it can
// say what became of this one.
//
// The trace is in the storage that the record is not in, since a script may clear one of the two. `sessionStorage` ends with
// the tab, so a trace there is this tab's. `localStorage` belongs to all tabs, and outlives them; there, a trace has the key
// of the tab's entry in its history (Navigation API), which no other tab has. A browser without that API keeps no trace there.

import { changeList, readList } from "./list.js";

/** The members of a record that a trace has. */
const TRACED = ["version", "token_endpoint", "client_id", "id", "subject", "generation", "scope", "sent_at", "lifetime", "refresh_expires_at"];

/** If a session ends for one of these reasons, no message tells the other pages. */
const ENDS = ["refresh-rejected", "expired"];

/**
 * Returns the trace that the page before has left, and how its session has ended, if that is known. From now on, keeps the
 * trace of this page's session.
 * @param {string} name the key of the record
 * @param {boolean} isLocal whether the record is in `localStorage`
 * @param {EventTarget & { heard?: Event }} events the application's listeners
 */
export function lastSession(name, isLocal, events) {
  const key = `${name} last`;
  const endsKey = `${name} ended`;
  const { navigation, document } = /** @type {any} */ (globalThis);
  const place = () => (isLocal ? sessionStorage : localStorage);
  /**
   * Whether this tab left the trace: the tab's history still has the entry of the page that wrote it.
   * @param {{ tab?: unknown }} trace
   */
  const isOfThisTab = (trace) => isLocal || navigation.entries().some((/** @type {any} */ { key }) => key === trace.tab);

  const traceOf = (/** @type {{ id: string }} */ session) => {
    const text = (isLocal ? localStorage : sessionStorage).getItem(name);
    const record = JSON.parse(/** @type {string} */ (text));
    if (record?.id !== session.id) return [];
    return [{ ...JSON.parse(JSON.stringify(record, TRACED)), tab: isLocal ? "" : navigation.currentEntry.key }];
  };
  const note = (/** @type {any} */ event) => {
    const { session, previous, reason } = event;
    // The application knows of the end: a listener was told of it, or the application has signed out itself. Then the next page
    // has nothing to say, and the trace is removed.
    const isKnown = events.heard === event || reason === "signed-out";
    if (ENDS.includes(reason)) changeList(localStorage, endsKey, ({ id }) => id !== previous.id, { id: previous.id, reason });
    if (session || isKnown) changeList(place(), key, (trace) => !isOfThisTab(trace), ...(session ? traceOf(session) : []));
  };
  events.addEventListener("sessionchange", (event) => {
    const task = attempt(() => note(event));
    // The storage of a page that is being prerendered is a copy.
    if (document.prerendering) document.addEventListener("prerenderingchange", task, { once: true });
    // Once all listeners were called.
    else queueMicrotask(task);
  });
  return attempt(() => {
    const own = readList(place(), key).find(isOfThisTab);
    const ended = readList(localStorage, endsKey).find(({ id }) => id === own?.id)?.reason;
    // The core reads a trace as it reads a record, which has an access token. A trace has none.
    return own && { ...own, tab: undefined, access_token: "none", ended };
  })();
}

/**
 * The task, but without its errors: a storage may be blocked or full, and browsers before 2026 have no Navigation API.
 * @template Result
 * @param {() => Result} task
 */
const attempt = (task) => () => {
  try {
    return task();
  } catch {}
};
