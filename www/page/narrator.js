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
    });
    auth.on("tokenrefresh", (event) => {
      timeline.add(ofRefresh(event, this.#cause()));
      if (event.outcome === "refreshed") this.#asked = this.#refused = false;
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
    return this.#asked ? "asked" : "due";
  }
}
