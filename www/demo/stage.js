// @ts-check
/** What the trouble buttons do to the page, and how it is seen whether the list survived. */
import * as bench from "./bench.js";
import { skip, sleep } from "./clock.js";
import { find } from "./dom.js";
import { things } from "./money.js";

/** @typedef {import("storefront-token-client").TokenClient} TokenClient */

const HOUR = 3_600_000;
const HERD = 10_000;

export class Stage {
  /**
   * @param {object} page
   * @param {TokenClient} page.auth
   * @param {import("./network.js").Network} page.network
   * @param {import("./ring.js").Ring} page.ring
   * @param {import("./list.js").ShoppingList} page.list
   * @param {import("./narrator.js").Narrator} page.narrator
   * @param {import("./timeline.js").Timeline} page.timeline
   */
  constructor({ auth, network, ring, list, narrator, timeline }) {
    this.auth = auth;
    this.network = network;
    this.ring = ring;
    this.list = list;
    this.narrator = narrator;
    this.timeline = timeline;
  }

  /**
   * Tells what is about to be done, does it, and looks what became of the list.
   *
   * @param {string} title
   * @param {string} why
   * @param {() => unknown} deed
   * @returns {Promise<boolean>} whether list and session are as they were
   */
  async play(title, why, deed) {
    const { things: before } = this.list;
    const { session } = this.auth;
    this.timeline.add({ tone: "you", title, why });
    await deed();
    const isKnown = this.auth.session !== null && (await this.list.reload());
    if (session === null) return false;
    const isSame = this.auth.session?.id === session.id;
    // Where it was never read, there is nothing to tell of it.
    if (before !== null) this.timeline.add(isSame ? intact(this.list.things ?? before, isKnown) : lost(before, session.subject));
    return isSame && before !== null;
  }

  /** Lets time pass until the token is due, as a frozen tab does. */
  makeDue() {
    skip(this.ring.untilDue);
  }

  /** An hour with the lid closed: the token has died at the server too. */
  async sleep() {
    await Promise.all([bench.expireAccessTokens(), closedLid()]);
    sleep(HOUR);
  }

  /** Asks for a newer token. What becomes of it is the timeline's to tell. */
  async renew() {
    this.narrator.expectAsking();
    await this.auth.getAccessToken({ forceRefresh: true }).catch(() => {});
  }

  async stampede() {
    this.narrator.expectAsking();
    const calls = Array.from({ length: HERD }, () => this.auth.getAccessToken({ forceRefresh: true }));
    const ends = await Promise.allSettled(calls);
    const served = ends.filter(({ status }) => status === "fulfilled").length;
    const title = `${served.toLocaleString("en")} callers have their token`;
    this.timeline.add({ tone: served === HERD ? "good" : "wait", title, why: "They all shared one request." });
  }
}

/** @param {number} count @param {boolean} isKnown @returns {import("./words.js").Words} */
const intact = (count, isKnown) => ({
  tone: "good",
  title: `The list is intact: ${things(count)}`,
  why: isKnown ? "It was read from the shop just now. The session is the same." : "As last seen. The session is the same.",
});

/** @param {number} count @param {"guest" | "user"} subject @returns {import("./words.js").Words} */
const lost = (count, subject) =>
  subject === "guest"
    ? { tone: "bad", title: `The list went with the visitor: ${things(count)}`, why: "It belonged to them alone." }
    : { tone: "wait", title: `The list waits on the account: ${things(count)}`, why: "Sign in, and it is there." };

/** The screen goes dark for a moment. */
async function closedLid() {
  const lid = find("#lid");
  lid.hidden = false;
  const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
  const frames = [{ opacity: 0 }, { opacity: 1, offset: 0.3 }, { opacity: 1, offset: 0.7 }, { opacity: 0 }];
  await lid.animate(still ? [] : frames, { duration: still ? 300 : 1600, easing: "ease-in-out" }).finished;
  lid.hidden = true;
}
