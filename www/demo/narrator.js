// @ts-check
/** Listens to the client and to its requests, and tells the timeline and the other tabs what happens and why. */
import { ofChange, ofRefresh, ofRequest } from "./words.js";

/** @typedef {import("storefront-token-client").TokenClient} TokenClient */
/** @typedef {import("./network.js").Network} Network */
/** @typedef {import("./tabs.js").Tabs} Tabs */
/** @typedef {import("./timeline.js").Timeline} Timeline */

/** @type {Partial<Record<import("storefront-token-client").TokenRefreshEvent["outcome"], "renewed" | "adopted">>} */
const tallies = { refreshed: "renewed", adopted: "adopted" };

export class Narrator {
  /** Somebody asked for a newer token than the one that is good. */
  #asked = false;
  /** The API refused a token since it was last renewed. */
  #refused = false;
  #wasGuest = false;
  /** The session that comes next is one that this tab has asked for, or had in its storage. */
  #isOwn = false;
  /** When the life of the last known token ends. @type {number | null} */
  #end = null;

  /**
   * @param {TokenClient} auth
   * @param {Network} network
   * @param {Timeline} timeline
   * @param {Tabs} tabs
   * @param {() => void} happened  called after everything that the server may have counted
   */
  constructor(auth, network, timeline, tabs, happened) {
    this.auth = auth;
    auth.on("sessionchange", (event) => {
      const words = ofChange(event, { wasGuest: this.#wasGuest, isElsewhere: !this.#isOwn });
      timeline.add(words);
      tabs.did(words.deed, words.tone);
      this.#isOwn = false;
      this.#wasGuest = event.session?.subject === "guest";
      this.#end = event.session?.expiresAt ?? null;
    });
    auth.on("tokenrefresh", (event) => {
      const words = ofRefresh(event, this.#cause());
      timeline.add(words);
      tabs.did(words.deed, words.tone, tallies[event.outcome]);
      if (!tallies[event.outcome]) return;
      this.#asked = this.#refused = false;
      this.#end = auth.session?.expiresAt ?? null;
    });
    network.watcher = (sight) => {
      const { method, path, grant, again } = sight;
      const isForSession = grant === "visitor" || grant === "sign-in";
      if (isForSession) this.#isOwn = true;
      const ended = timeline.addRequest({ title: ofRequest(sight), wire: `${method} ${path}`, again });
      return (status) => {
        if (grant === null && status === 401) this.#refused = true;
        if (isForSession && status !== 200) this.#isOwn = false;
        ended(status);
        happened();
      };
    };
  }

  /** Looks whether there is a session in this tab's storage, which is told at once. */
  begin() {
    this.#isOwn = true;
    void this.auth.session;
    this.#isOwn = false;
  }

  /** The next renewal is one that somebody asked for. */
  expectAsking() {
    this.#asked = true;
  }

  #cause() {
    if (this.#refused) return "refused";
    if (this.#asked) return "asked";
    return this.#end !== null && this.#end < Date.now() ? "over" : "due";
  }
}
