// @ts-check
// The connection to the core: loads the core when it is needed, then passes on the calls that came meanwhile, in order.

import { inMicrotask } from "../web/host.js";
import { isPage } from "../web/options.js";
import { refusal } from "./refusals.js";
import { whenLoadingMaySucceed } from "./retry.js";
import { waitingCall } from "./waiting-call.js";

/**
 * @typedef {import("../../pkg/core.js").Core} Core
 * @typedef {import("../web/front-api.js").FrontApi} FrontApi
 * @typedef {import("./front.js").Options} Options
 *
 * @typedef {object} CorePart the part of the package that is loaded when it is needed
 * @property {new (options: object, front: FrontApi) => Core} Core
 * @property {typeof import("../web/redirects.js").followRedirects} followRedirects
 *
 * @typedef {{ remedy: string, cause?: unknown }} Unusable thrown by a loader: why the core cannot be used on this host
 */

/** @type {() => CorePart | Promise<CorePart>} */
let loadPart;

/** @param {typeof loadPart} loader gives the part: at once, or as a promise */
export function setLoader(loader) {
  loadPart = loader;
}

export async function loadRedirects() {
  try {
    return (await loadPart()).followRedirects;
  } catch (error) {
    throw unavailable(error);
  }
}

/** @param {any} error an `Unusable`, or the error of loading the core */
const unavailable = (error) =>
  error?.remedy
    ? refusal("core_unavailable", error.remedy, error.cause)
    : refusal("core_unavailable", "try again, or load the page again", error, true);

/**
 * @param {Options} options
 * @param {FrontApi} front
 * @param {() => void} onFailure called when the core cannot be loaded
 */
export function coreConnection(options, front, onFailure) {
  /** @type {Core | undefined} */
  let core;
  let isLoading = false;
  let isClosed = false;
  /** A `TokenError`. @type {any} */
  let failure;
  let failures = 0;
  let stopRetrying = () => {};
  /** @type {Set<import("./waiting-call.js").WaitingCall>} */
  const waiting = new Set();

  const load = () => {
    if (core || isLoading || isClosed) return;
    stopRetrying();
    isLoading = true;
    try {
      const part = loadPart();
      // Not by its class: zone.js replaces `Promise`, but not the class of the promises of async functions.
      if ("then" in part) part.then(arrived).catch(failed);
      else make(part);
    } catch (error) {
      failed(error);
    }
  };
  const make = (/** @type {CorePart} */ { Core }) => {
    if (!isClosed) core = new Core(options, front);
    isLoading = false;
  };
  const arrived = (/** @type {CorePart} */ part) => {
    make(part);
    if (!core) return;
    for (const call of waiting) call.passTo(core);
    core.read();
  };
  const failed = (/** @type {unknown} */ error) => {
    isLoading = false;
    failure = unavailable(error);
    onFailure();
    for (const call of waiting) call.giveUp(failure);
    // A page needs the core without a call, too.
    if (failure.transient && isPage() && !isClosed) stopRetrying = whenLoadingMaySucceed(readStorage, failures++);
  };
  /** Has the core read the storage, or only check the time if it has read the storage before. Loads the core if necessary. */
  const readStorage = () => {
    load();
    core?.read();
  };

  return {
    /** The core, once it is there. */
    core: () => core,
    /** Whether calls wait for the core. */
    hasWaitingCalls: () => waiting.size > 0,
    /** Whether a sign-out waits for the core. Its caller may have stopped waiting. */
    isSigningOut: () => [...waiting].some((call) => call.isSignOut),
    readStorage,
    /**
     * @param {number} number
     * @param {readonly unknown[]} argument
     * @param {AbortSignal} [signal]
     * @returns {Promise<any>}
     */
    async call(number, argument, signal) {
      if (isClosed) throw refusal("disposed");
      if (signal?.aborted) throw refusal("aborted");
      load();
      if (core) return core.call(number, /** @type {any} */ (argument), signal, 0);
      if (!isLoading) throw failure;
      return waitingCall(waiting, options.timeout, number, argument, signal);
    },
    /** Rejects the calls that wait, and frees the core. The tokens of an exchange that is under way are still stored. */
    close() {
      if (isClosed) return;
      isClosed = true;
      stopRetrying();
      for (const call of waiting) call.fail(refusal("disposed"));
      const last = core;
      core = undefined;
      if (!last) return;
      last.dispose();
      // Not now: the core may be calling the listener that disposes of it.
      inMicrotask(() => last.free());
    },
  };
}
