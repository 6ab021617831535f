// @ts-check
// The other pages of this origin: what they say, and the lock that one of them holds at a time.

/** What other pages have posted arrives in a few milliseconds, or, on a busy machine, within this many. */
const ARRIVAL = 1000;

/** So many sign-outs are kept. */
const KEPT = 16;

/**
 * @typedef {object} Siblings
 * @property {() => void} open
 * @property {() => void} close so that the back/forward cache takes the page
 * @property {(message: [string, unknown][]) => void} tell its members
 * @property {() => Promise<unknown>} arrived that what was posted until now is heard
 */

/**
 * @param {string} name pages that give the same hear each other
 * @param {(message: unknown) => void} heard
 * @returns {Siblings}
 */
export function siblings(name, heard) {
  /** @type {BroadcastChannel | undefined} */
  let ear;
  /** @type {BroadcastChannel | undefined} */
  let mouth;
  const me = Math.random();
  /** @type {Map<number, () => void>} */
  const echoes = new Map();

  const close = () => {
    ear?.close();
    mouth?.close();
    ear = mouth = undefined;
  };
  const open = () => {
    if (ear) return;
    // Two, since a channel does not hear itself, and the echo of what is posted shows what came before.
    ear = new BroadcastChannel(name);
    mouth = new BroadcastChannel(name);
    ear.onmessage = ({ data }) => {
      if (data?.from !== me) heard(data);
      else echoes.get(data.echo)?.();
    };
    for (const signOut of signOuts(name)) heard(signOut);
  };
  const post = (/** @type {object} */ message) => {
    const channel = mouth ?? new BroadcastChannel(name);
    channel.postMessage({ ...message, from: me });
    if (channel !== mouth) channel.close();
  };
  const arrived = () =>
    new Promise((/** @type {(value?: unknown) => void} */ resolve) => {
      const echo = Math.random();
      const done = () => {
        echoes.delete(echo);
        clearTimeout(timer);
        resolve();
      };
      const timer = setTimeout(done, ARRIVAL);
      echoes.set(echo, done);
      if (mouth) post({ echo });
      else done();
    });
  const tell = (/** @type {[string, unknown][]} */ members) => {
    const message = Object.fromEntries(members);
    if (message.message === "signed-out") signOuts(name, message);
    post(message);
  };
  return { open, close, tell, arrived };
}

/**
 * The last sign-outs, and this one: they outlive the pages that know of them, for those that were put aside, or closed,
 * and come back.
 * @param {string} name
 * @param {Record<string, unknown>} [told]
 * @returns {Record<string, unknown>[]}
 */
function signOuts(name, told) {
  try {
    const key = `${name} signed-out`;
    const before = [...JSON.parse(localStorage.getItem(key) ?? "[]")];
    if (!told) return before;
    const others = before.filter(({ id }) => id !== told.id);
    localStorage.setItem(key, JSON.stringify([...others, told].slice(-KEPT)));
  } catch {
    // There is no storage, or something else in it.
  }
  return [];
}

/**
 * Asks for a lock.
 * @param {string} name
 * @param {{ withLock?: (name: string, task: () => Promise<void>) => Promise<unknown> } | undefined} storage
 * @param {boolean} locks whether the host's are asked for, where the storage has none of its own
 * @param {Siblings} [siblings] who held it before, and said something
 * @returns {[got: Promise<unknown>, release: () => void] | undefined} `got` once it is held, or there is none; with
 *   true if it is not held, because the record has changed
 */
export function lock(name, storage, locks, siblings) {
  const { signal, release, held } = holding();
  const request = storage?.withLock
    ? (/** @type {() => Promise<void>} */ task) => storage.withLock?.(name, task)
    : locks && globalThis.navigator?.locks
      ? (/** @type {() => Promise<void>} */ task) => navigator.locks.request(name, { signal }, task)
      : undefined;
  if (!request) return siblings && [siblings.arrived(), release];
  const got = new Promise((resolve) => {
    const task = () => {
      resolve(false);
      return held;
    };
    // Without a lock it goes on as well: where locks are refused, or nobody waits any longer.
    (async () => request(task))().then(
      // A pause, so that a storage which says so for ever leaves the host time for all else.
      () => setTimeout(resolve, 1, true),
      () => resolve(false),
    );
  });
  return [siblings ? got.then(async (changed) => ((await siblings.arrived()), changed)) : got, release];
}

function holding() {
  const controller = new AbortController();
  /** @type {() => void} */
  let end = () => {};
  const held = new Promise((/** @type {(value: void) => void} */ resolve) => (end = resolve));
  const release = () => {
    end();
    controller.abort();
  };
  return { signal: controller.signal, release, held };
}
