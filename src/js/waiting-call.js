// @ts-check
// A call that waits for the core.

import { monotonicTime } from "../web/host.js";
import { SIGN_OUT } from "./calls.js";
import { refusal } from "./refusals.js";

/**
 * @typedef {object} WaitingCall
 * @property {boolean} isSignOut
 * @property {(core: import("./core-connection.js").Core) => void} passTo
 * @property {(error: Error) => void} fail
 * @property {(error: Error) => void} giveUp the caller waits no longer. A sign-out is passed on all the same, as soon as
 *   the core comes
 */

/** `setTimeout` takes a signed 32-bit number of milliseconds; it fires at once for a larger one. */
const LONGEST_TIMER = 2 ** 31 - 1;

/**
 * @param {Set<WaitingCall>} waiting where it waits
 * @param {number} timeout milliseconds
 * @param {number} number
 * @param {readonly unknown[]} argument
 * @param {AbortSignal} [signal]
 * @returns {Promise<any>} what the core will reply
 */
export function waitingCall(waiting, timeout, number, argument, signal) {
  const began = monotonicTime();
  return new Promise((resolve, reject) => {
    const leave = () => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", abort);
      waiting.delete(call);
    };
    const isSignOut = number === SIGN_OUT;
    /** @type {WaitingCall} */
    const call = {
      isSignOut,
      passTo(core) {
        leave();
        const reply = core.call(number, /** @type {any} */ (argument), signal?.aborted ? undefined : signal, monotonicTime() - began);
        // The caller may have stopped waiting: then nothing handles an error.
        reply.catch(() => {});
        resolve(reply);
      },
      fail(error) {
        leave();
        reject(error);
      },
      giveUp: (error) => (isSignOut ? reject(error) : call.fail(error)),
    };
    const abort = () => call.giveUp(refusal("aborted"));
    const timer = setTimeout(() => call.giveUp(refusal("timeout")), Math.min(timeout, LONGEST_TIMER));
    signal?.addEventListener("abort", abort);
    waiting.add(call);
  });
}
