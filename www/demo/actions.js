// @ts-check
/** The actions that the fault buttons use, and the check afterwards whether session and list are intact. */
import * as storefront from "./storefront-control.js";
import { skip, sleep } from "./clock.js";
import { find } from "./dom.js";
import { countedThings } from "./money.js";

/** @typedef {import("storefront-token-client").TokenClient} TokenClient */

const HOUR = 3_600_000;
const CALLS = 10_000;
/** Milliseconds. */
const BLOCKED = 3000;

export class Actions {
  /**
   * @param {object} page
   * @param {TokenClient} page.auth
   * @param {import("./network.js").Network} page.network
   * @param {import("./token-countdown.js").TokenCountdown} page.countdown
   * @param {import("./shopping-list.js").ShoppingList} page.list
   * @param {import("./event-log.js").EventLog} page.eventLog
   * @param {import("./timeline.js").Timeline} page.timeline
   */
  constructor({ auth, network, countdown, list, eventLog, timeline }) {
    this.auth = auth;
    this.network = network;
    this.countdown = countdown;
    this.list = list;
    this.eventLog = eventLog;
    this.timeline = timeline;
  }

  /**
   * Announces an action, runs it, and reports what became of the list.
   *
   * @param {string} title
   * @param {string} why
   * @param {() => unknown} action
   * @returns {Promise<boolean>} whether session and list are intact
   */
  async run(title, why, action) {
    const { count: before } = this.list;
    const { session } = this.auth;
    this.timeline.add({ tone: "action", title, why });
    await action();
    const isReloaded = this.auth.session !== null && (await this.list.reload());
    if (session === null) return false;
    const isSame = this.auth.session?.id === session.id;
    // A list that was never read cannot be compared.
    if (before === null) return false;
    this.timeline.add(isSame ? intact(this.list.count ?? before, isReloaded) : lost(before, session.subject));
    return isSame;
  }

  /** Lets time pass until the token is due for a refresh, as in a frozen tab. */
  makeDue() {
    skip(this.countdown.untilDue);
  }

  /** An hour with the lid closed. The access token has also expired at the server. */
  async sleep() {
    await Promise.all([storefront.expireAccessTokens(), closeLid()]);
    sleep(HOUR);
  }

  /** Opens the shop in another tab, which gets no copy of the storage, and keeps this one busy meanwhile. */
  block() {
    window.open("/", "_blank", "noopener");
    const end = performance.now() + BLOCKED;
    while (performance.now() < end);
  }

  /** Forces a refresh. The timeline shows the result. */
  async refresh() {
    this.eventLog.expectForcedRefresh();
    await this.auth.getAccessToken({ forceRefresh: true }).catch(() => {});
  }

  async stampede() {
    this.eventLog.expectForcedRefresh();
    const calls = Array.from({ length: CALLS }, () => this.auth.getAccessToken({ forceRefresh: true }));
    const results = await Promise.allSettled(calls);
    const served = results.filter(({ status }) => status === "fulfilled").length;
    const title = `${served.toLocaleString("en")} calls got their token`;
    this.timeline.add({ tone: served === CALLS ? "good" : "wait", title, why: "They shared one request." });
  }
}

/** @param {number} count @param {boolean} isReloaded @returns {import("./messages.js").Message} */
const intact = (count, isReloaded) => ({
  tone: "good",
  title: `The list is intact: ${countedThings(count)}`,
  why: isReloaded ? "The shop returned it just now. The session is the same." : "The shop cannot be reached, so this is the last known list. The session is the same.",
});

/** @param {number} count @param {"guest" | "user"} subject @returns {import("./messages.js").Message} */
const lost = (count, subject) =>
  subject === "guest"
    ? { tone: "bad", title: `The list is lost with its guest: ${countedThings(count)}`, why: "Only that guest could read it." }
    : { tone: "wait", title: `The list is safe in the account: ${countedThings(count)}`, why: "Sign in to see it again." };

/** The screen goes dark for a moment. */
async function closeLid() {
  const lid = find("#lid");
  lid.hidden = false;
  const reducedMotion = matchMedia("(prefers-reduced-motion: reduce)").matches;
  const frames = [{ opacity: 0 }, { opacity: 1, offset: 0.3 }, { opacity: 1, offset: 0.7 }, { opacity: 0 }];
  const options = { duration: reducedMotion ? 300 : 1600, easing: "ease-in-out" };
  await lid.animate(reducedMotion ? [] : frames, options).finished;
  lid.hidden = true;
}
