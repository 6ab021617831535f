// @ts-check
/** Reports the client's events and requests to the timeline and to the other tabs, in plain words. */
import { changeMessage, refreshMessage, requestTitle } from "./messages.js";

/** @typedef {import("storefront-token-client").TokenClient} TokenClient */
/** @typedef {import("./network.js").Network} Network */
/** @typedef {import("./tabs.js").Tabs} Tabs */
/** @typedef {import("./timeline.js").Timeline} Timeline */

/** The outcomes of refreshes that a tab counts. */
const COUNTED_OUTCOMES = /** @type {const} */ (["refreshed", "received"]);

export class EventLog {
  /** Whether the next refresh is a forced one. */
  #isForced = false;
  /** Whether the API rejected the token since the last refresh. */
  #isRejected = false;
  #wasGuest = false;
  /** Whether the next session comes from this tab's own request or storage. */
  #isOwn = false;
  /** @type {number | null} */
  #expiresAt = null;

  /**
   * @param {TokenClient} auth
   * @param {Network} network
   * @param {Timeline} timeline
   * @param {Tabs} tabs
   * @param {() => void} requestEnded
   */
  constructor(auth, network, timeline, tabs, requestEnded) {
    this.auth = auth;
    auth.on("sessionchange", (event) => {
      const message = changeMessage(event, { wasGuest: this.#wasGuest, isElsewhere: !this.#isOwn });
      timeline.add(message);
      tabs.report(message.short, message.tone);
      this.#isOwn = false;
      this.#wasGuest = event.session?.subject === "guest";
      this.#expiresAt = event.session?.expiresAt ?? null;
    });
    auth.on("tokenrefresh", (event) => {
      const message = refreshMessage(event, this.#cause());
      timeline.add(message);
      const counted = COUNTED_OUTCOMES.find((outcome) => outcome === event.outcome);
      tabs.report(message.short, message.tone, counted);
      if (!counted) return;
      this.#isForced = this.#isRejected = false;
      this.#expiresAt = auth.session?.expiresAt ?? null;
    });
    network.onRequest = (request) => {
      const { method, path, grant, isRetry } = request;
      const isForSession = grant === "guest" || grant === "sign-in";
      if (isForSession) this.#isOwn = true;
      const ended = timeline.addRequest({ title: requestTitle(request), wire: `${method} ${path}`, isRetry });
      return (status) => {
        if (grant === null && status === 401) this.#isRejected = true;
        if (isForSession && status !== 200) this.#isOwn = false;
        ended(status);
        requestEnded();
      };
    };
  }

  /** A session in this tab's storage is the tab's own. It is reported once the core is there. */
  begin() {
    this.#isOwn = this.auth.session !== null;
  }

  expectForcedRefresh() {
    this.#isForced = true;
  }

  #cause() {
    if (this.#isRejected) return "rejected";
    if (this.#isForced) return "forced";
    return this.#expiresAt !== null && this.#expiresAt < Date.now() ? "expired" : "due";
  }
}
