// What this package does and the hand-written client does not, one thing at a time. The time of the hand-written client
// with such an addition is a floor: no client that does the same takes much less.
import { loadPart } from "core-part";
import { KEY } from "./hand-written.js";

/** The lock that keeps two pages from sending the same refresh token. */
export const withLock = (Base) =>
  class extends Base {
    exchange(parameters) {
      return navigator.locks.request(KEY, () => super.exchange(parameters));
    }
  };

/** A write that says that a refresh has begun, in case the page is closed before the response comes. */
export const withSecondWrite = (Base) =>
  class extends Base {
    exchange(parameters) {
      this.store({ ...this.tokens, sentAt: Date.now() });
      return super.exchange(parameters);
    }
  };

/** The messages that a page posts even when it is alone: a question whether another page is exchanging, and the new tokens. */
export const withMessages = (Base) =>
  class extends Base {
    #channel = new BroadcastChannel(KEY);

    async exchange(parameters) {
      this.#channel.postMessage({ isExchanging: true });
      await super.exchange(parameters);
      this.#channel.postMessage(this.tokens);
    }
  };

/** The core: its file is downloaded with the client, and its WebAssembly decoded, compiled, and not used. */
export const withCore = (Base) =>
  class extends Base {
    async exchange(parameters) {
      await loadPart();
      return super.exchange(parameters);
    }
  };
