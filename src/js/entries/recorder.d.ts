/**
 * The client with a recorder: it helps you to find out why a shopper was logged out. Its download is larger than that of
 * the usual client: use it while you look for a cause, and not for every shopper.
 */

import { TokenClient as Client } from "./index.js";

export * from "./index.js";

/**
 * The client of `storefront-token-client`, with a recording. It records the last 500 inputs of its core and what the core
 * decided on each. Inputs are calls, responses of the server, records of the storage, messages of other tabs, and timers.
 *
 * It does not record a call for which it has a valid token in memory, since such a call does not reach the core.
 *
 * @example
 * import { TokenClient } from "storefront-token-client/recorder";
 *
 * const auth = new TokenClient(options);
 * auth.on("sessionchange", ({ reason }) => {
 *   if (reason === "refresh-rejected") fetch("/support", { method: "POST", body: auth.recording() }).catch(console.warn);
 * });
 */
export class TokenClient extends Client {
  /**
   * Returns the recording as JSON, up to 300 kB; `null` before the core is loaded, and after `dispose()`. Send it by `fetch()`
   * without `keepalive`, which sends at most 64 KiB, as `navigator.sendBeacon()` does.
   *
   * It contains no secrets: no tokens, passwords, client secrets, user names, parameters of a sign-in, addresses of your
   * API, or unknown texts of the server. Each has a placeholder, such as `refresh-token-A`.
   *
   * It contains the origin and the path of your token endpoint, the `clientId`, the random ids of sessions, and the times.
   * It also contains the server's `error`, `error_description`, `error_uri` and `hint`, unless one is longer than 500
   * characters or has a word of more than 40.
   *
   * @example
   * import { TokenClient } from "storefront-token-client/recorder";
   *
   * const auth = new TokenClient(options);
   * const file = new Blob([auth.recording() ?? ""], { type: "application/json" });
   */
  recording(): string | null;
}

/** The result of {@link replay}. */
export interface Replay {
  /** Lines of text that say what happened, what the core decided, and why. */
  readonly story: string;
  /**
   * How many inputs led to other decisions than in the recording. It is 0, unless somebody changed the recording or another
   * version wrote it.
   */
  readonly differences: number;
}

/**
 * Runs a recording through the core, and tells its story. `npx storefront-token-client replay FILE` prints the same story.
 *
 * The promise is rejected with an `Error` that says why the text cannot be replayed: it is no recording, it is cut off or
 * damaged, or another version wrote it in a format that this version cannot read.
 *
 * @param recording the text that `recording()` returned
 *
 * @example
 * import { TokenClient, replay } from "storefront-token-client/recorder";
 *
 * const auth = new TokenClient(options);
 * const { story } = await replay(auth.recording() ?? "");
 * console.log(story);
 */
export function replay(recording: string): Promise<Replay>;
