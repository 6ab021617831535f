// @ts-check
// The way to the core. It is loaded when it is needed, and what was asked for meanwhile is passed on in order.

import { monotonicTime, outsideZones } from "../web/host.js";
import { refusal } from "./refusals.js";

/**
 * @typedef {import("../../pkg/core.js").Core} Core
 * @typedef {import("../web/front-api.js").FrontApi} FrontApi
 * @typedef {import("./front.js").Options} Options
 *
 * @typedef {object} CorePart what is loaded when it is needed
 * @property {new (options: object, front: FrontApi) => Core} Core
 * @property {typeof import("../web/redirects.js").followRedirects} followRedirects
 */

/** @type {() => CorePart | Promise<CorePart>} */
let load;

/** @param {typeof load} loader gives the part, at once if it can */
export function setLoader(loader) {
  load = loader;
}

export async function loadRedirects() {
  try {
    return (await load()).followRedirects;
  } catch (error) {
    throw unavailable(error);
  }
}

/** @param {any} error why the core cannot be loaded */
function unavailable(error) {
  if (typeof error === "string") return refusal("core_unavailable", error);
  // The host's message names a wrong remedy or none.
  if (globalThis.WebAssembly && error instanceof WebAssembly.CompileError) return refusal("core_unavailable", REMEDY, error);
  return refusal("core_unavailable", "try again, or load the page again", error, true);
}

const REMEDY = "a page's content security policy needs script-src 'wasm-unsafe-eval', a Worker's bundler the condition \"workerd\"";

/** The numbers of the calls, as src/web/exported.rs knows them. */
export const SESSION = 0;
export const TOKEN = 1;
export const REPLACEMENT = 2;
export const SIGN_IN = 3;
export const GUEST = 4;
export const SIGN_OUT = 5;
export const ADOPT = 6;

/** `setTimeout` takes a signed 32-bit number of milliseconds; it fires at once for a larger one. */
const LONGEST_TIMER = 2 ** 31 - 1;

export class CoreConnection {
  #options;
  #front;
  #onFailure;
  /** @type {Core | undefined} */
  #core;
  #isLoading = false;
  #isClosed = false;
  /** @type {Error | undefined} */
  #failure;
  /** @type {Set<WaitingCall>} */
  #waiting = new Set();

  /** @param {Options} options @param {FrontApi} front @param {() => void} onFailure called when the core cannot be loaded */
  constructor(options, front, onFailure) {
    this.#onFailure = onFailure;
    this.#options = options;
    this.#front = front;
  }

  /** The core, once it is there. */
  get core() {
    return this.#core;
  }

  /** Whether calls wait for the core. */
  get isAwaited() {
    return this.#waiting.size > 0;
  }

  /** Whether a sign-out waits for the core. Its caller may have stopped waiting. */
  get isSigningOut() {
    return [...this.#waiting].some(({ isSignOut }) => isSignOut);
  }

  /**
   * @param {number} number
   * @param {readonly unknown[]} argument
   * @param {AbortSignal} [signal]
   * @returns {Promise<any>}
   */
  call(number, argument, signal) {
    if (this.#isClosed) return Promise.reject(refusal("disposed"));
    if (signal?.aborted) return Promise.reject(refusal("aborted"));
    this.#load();
    if (this.#core) return this.#core.call(number, /** @type {any} */ (argument), signal, 0);
    if (!this.#isLoading) return Promise.reject(this.#failure);
    return new WaitingCall(number, argument, signal, this.#options.timeout, this.#waiting).promise;
  }

  /** Has the core look at the time and, if it has not done so yet, at the storage. Loads it first. */
  read() {
    this.#load();
    this.#core?.read();
  }

  #load() {
    if (this.#core || this.#isLoading || this.#isClosed) return;
    this.#isLoading = true;
    const arrived = (/** @type {CorePart} */ part) => this.#arrived(part);
    const failed = (/** @type {unknown} */ error) => this.#failed(error);
    try {
      const loaded = load();
      if (loaded instanceof Promise) loaded.then(arrived).catch(failed);
      else this.#make(loaded);
    } catch (error) {
      failed(error);
    }
  }

  /** @param {CorePart} part */
  #make({ Core }) {
    if (!this.#isClosed) this.#core = new Core(this.#options, this.#front);
    this.#isLoading = false;
    return this.#core;
  }

  /** @param {CorePart} part */
  #arrived(part) {
    const core = this.#make(part);
    if (!core) return;
    for (const call of this.#waiting) call.passTo(core);
    core.read();
  }

  /** @param {unknown} error */
  #failed(error) {
    this.#isLoading = false;
    this.#failure = unavailable(error);
    this.#onFailure();
    for (const call of this.#waiting) call.giveUp(this.#failure);
  }

  /** Rejects the calls that wait, and frees the core. The tokens of an exchange that is under way are still stored. */
  close() {
    if (this.#isClosed) return;
    this.#isClosed = true;
    for (const call of this.#waiting) call.fail(refusal("disposed"));
    const core = this.#core;
    core?.dispose();
    // Not now: the core may be calling the listener that disposes of it.
    queueMicrotask(() => core?.free());
    this.#core = undefined;
  }
}

/** A call that waits for the core. */
class WaitingCall {
  #number;
  #argument;
  #signal;
  #waiting;
  #began = monotonicTime();
  /** @type {(value: any) => void} */
  #resolve = () => {};
  /** @type {(error: Error) => void} */
  #reject = () => {};
  #timer;

  /**
   * @param {number} number
   * @param {readonly unknown[]} argument
   * @param {AbortSignal | undefined} signal
   * @param {number} timeout milliseconds
   * @param {Set<WaitingCall>} waiting where it waits
   */
  constructor(number, argument, signal, timeout, waiting) {
    this.#number = number;
    this.#argument = argument;
    this.#signal = signal;
    this.#waiting = waiting;
    this.promise = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    waiting.add(this);
    signal?.addEventListener("abort", this.#abort);
    this.#timer = setTimeout(() => this.giveUp(refusal("timeout")), Math.min(timeout, LONGEST_TIMER));
  }

  #abort = () => this.giveUp(refusal("aborted"));

  get isSignOut() {
    return this.#number === SIGN_OUT;
  }

  /** The caller waits no longer. A sign-out is passed on all the same, as soon as the core comes. @param {Error} error */
  giveUp(error) {
    if (this.isSignOut) this.#reject(error);
    else this.fail(error);
  }

  /** @param {Error} error */
  fail(error) {
    this.#leave();
    this.#reject(error);
  }

  /** @param {Core} core */
  passTo(core) {
    this.#leave();
    const signal = this.#signal?.aborted ? undefined : this.#signal;
    const reply = core.call(this.#number, /** @type {any} */ (this.#argument), signal, monotonicTime() - this.#began);
    // The caller may have stopped waiting, and hears of no error.
    reply.catch(() => {});
    this.#resolve(reply);
  }

  #leave() {
    clearTimeout(this.#timer);
    this.#signal?.removeEventListener("abort", this.#abort);
    this.#waiting.delete(this);
  }
}

/**
 * Runs a task when the page has nothing else to do.
 * @param {() => void} task
 */
export function whenIdle(task) {
  const wait = globalThis.requestIdleCallback ?? ((/** @type {() => void} */ idle) => setTimeout(idle, 100));
  outsideZones(() => wait(task, { timeout: 1000 }));
}
