/**
 * The client with a recorder, to find out why a shopper was logged out. It is a download of its own, larger than the
 * usual client: use it while you look for a cause, and not for every shopper.
 */

import { TokenClient as Client } from "./index.js";

export * from "./index.js";

/**
 * The same client as that of `storefront-token-client`. Its core keeps its last 500 inputs, and its decisions on each:
 * responses of the server, records of the storage, messages of other tabs, timers, calls.
 *
 * A call that the client answers from memory, without the core, is not recorded.
 *
 * @example
 * import { TokenClient } from "storefront-token-client/recorder";
 *
 * const auth = new TokenClient(options);
 * auth.on("sessionchange", ({ reason }) => {
 *   if (reason === "refresh-rejected") navigator.sendBeacon("/support", auth.recording());
 * });
 */
export class TokenClient extends Client {
  /**
   * The inputs and the decisions of the core in this page, as JSON: up to 300 kB.
   *
   * It has no secret. Tokens, passwords, client secrets, user names, parameters of a sign-in, addresses of your API and
   * unknown texts of the server never enter it. Placeholders such as `refresh-token-A` stand for them, one for each secret. It
   * does have the origin and the path of your token endpoint, the `clientId`, the random ids of sessions, the times, and
   * the server's `error`, `error_description`, `error_uri` and `hint`, unless one is longer than 500 characters or has a
   * word of more than 40.
   *
   * `null` before the core was loaded, and after `dispose()`.
   *
   * @example
   * import { TokenClient } from "storefront-token-client/recorder";
   *
   * const auth = new TokenClient(options);
   * const file = new Blob([auth.recording() ?? ""], { type: "application/json" });
   */
  recording(): string | null;
}

/** A recording that was replayed. */
export interface Replay {
  /** What happened, and what the core decided and why, as lines of text. */
  readonly story: string;
  /** How many inputs led to other decisions than when they were recorded. 0 unless another version wrote the recording, or it was changed. */
  readonly differences: number;
}

/**
 * Runs a recording through the core, and tells its story. `npx storefront-token-client replay FILE` prints the same.
 *
 * It is rejected with an `Error` that says what is wrong with the text: it is no recording, it is cut off or damaged, or
 * another version wrote it.
 *
 * @param recording what `recording()` returned
 *
 * @example
 * import { TokenClient, replay } from "storefront-token-client/recorder";
 *
 * const auth = new TokenClient(options);
 * const { story } = await replay(auth.recording() ?? "");
 * console.log(story);
 */
export function replay(recording: string): Promise<Replay>;
