// @ts-check
/** Listens to the client and to its requests, and tells the timeline what happens and why. */
import { ofChange, ofRefresh, ofRequest } from "./words.js";

/** @typedef {import("storefront-token-client").TokenClient} TokenClient */
/** @typedef {import("./network.js").Network} Network */
/** @typedef {import("./timeline.js").Timeline} Timeline */

export class Narrator {
  /** Somebody asked for a newer token than the one that is good. */
  #asked = false;
  /** The API refused a token since it was last renewed. */
  #refused = false;
  #wasGuest = false;
  /** When the life of the last known token ends. @type {number | null} */
  #end = null;

  /**
   * @param {TokenClient} auth
   * @param {Network} network
   * @param {Timeline} timeline
   * @param {() => void} happened  called after everything that the server may have counted
   */
  constructor(auth, network, timeline, happened) {
    auth.on("sessionchange", (event) => {
      timeline.add(ofChange(event, this.#wasGuest));
      this.#wasGuest = event.session?.subject === "guest";
      this.#end = event.session?.expiresAt ?? null;
    });
    auth.on("tokenrefresh", (event) => {
      timeline.add(ofRefresh(event, this.#cause()));
      if (event.outcome !== "refreshed") return;
      this.#asked = this.#refused = false;
      this.#end = auth.session?.expiresAt ?? null;
    });
    network.watcher = (sight) => {
      const { method, path, grant, again } = sight;
      const ended = timeline.addRequest({ title: ofRequest(sight), wire: `${method} ${path}`, again });
      return (status) => {
        if (grant === null && status === 401) this.#refused = true;
        ended(status);
        happened();
      };
    };
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
