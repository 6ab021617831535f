// @ts-check
// The application's listeners, kept by an `EventTarget`: one that throws is reported by the host, and
// keeps none of the others from hearing.

/**
 * @param {EventTarget} target
 * @param {string} type
 * @param {EventListener} listener
 * @param {AbortSignal} [signal]
 */
export function on(target, type, listener, signal) {
  // A function of its own, so that the same listener may be added twice.
  const heard = (/** @type {Event} */ event) => listener(event);
  target.addEventListener(type, heard, { signal });
  return () => target.removeEventListener(type, heard);
}

/**
 * @param {EventTarget} target
 * @param {string} type
 * @param {object} members
 * @param {Error} [error]
 */
export function emit(target, type, members, error) {
  target.dispatchEvent(Object.assign(new Event(type), members, error && { error }));
}
