// @ts-check
/**
 * The tabs of the demo, which report to each other on a channel of the demo's own. It only serves the display: the
 * clients share their session without it.
 */
import { aheadBy, catchUp } from "./clock.js";

/**
 * @typedef {object} Tab
 * @property {string} id
 * @property {number} number     its name in the table
 * @property {number} openedAt
 * @property {string} lastEvent  of its client
 * @property {import("./messages.js").Tone} tone
 * @property {number} refreshed  how often its client refreshed the token
 * @property {number} received   how often it received a token that another tab had refreshed
 */

/** @typedef {"list" | "settings"} ServerChange  what a tab has changed at the server */

/**
 * @typedef {object} Message
 * @property {Tab} [tab]
 * @property {number} [ahead]   how far the demo's wall clock is ahead, which is the same in all tabs
 * @property {true} [isRollCall]  every tab responds with its own entry
 * @property {string} [closed]  the id of a tab
 * @property {ServerChange} [serverChange]
 */

const CHANNEL = "demo.tabs";
/** Each page has its own, as in timeline.js. */
const KEY = `demo.tab${location.search}`;
/** Milliseconds that a tab has to respond to a roll call. A frozen tab responds when it wakes. */
const ROLL_CALL = 1000;

/** @type {Omit<Tab, "id">} */
const NEW_TAB = { number: 1, openedAt: Date.now(), lastEvent: "opened", tone: "request", refreshed: 0, received: 0 };

export class Tabs {
  /** @type {BroadcastChannel | null} */
  #channel = null;
  /** @type {Tab} */
  #own = { ...NEW_TAB, ...storedTab(), id: crypto.randomUUID() };
  /** @type {Map<string, Tab>} */
  #peers = new Map();
  /** Called with all tabs, this one first, and the id of the one that changed. @type {(tabs: Tab[], changed?: string) => void} */
  changed = () => {};
  /** Called when another tab did something. @type {(serverChange?: ServerChange) => void} */
  peerReported = () => {};

  open() {
    this.#join();
    addEventListener("pageshow", () => this.#join());
    addEventListener("pagehide", () => this.#leave());
    document.addEventListener("resume", () => this.#announce());
    document.addEventListener("visibilitychange", () => document.hidden || this.#callRoll());
  }

  /** @param {string} lastEvent @param {import("./messages.js").Tone} tone @param {"refreshed" | "received"} [counter] */
  report(lastEvent, tone, counter) {
    Object.assign(this.#own, { lastEvent, tone });
    if (counter) this.#own[counter] += 1;
    this.#announce();
    this.#show(this.#own.id);
  }

  /** @param {ServerChange} serverChange */
  broadcast(serverChange) {
    this.#post({ serverChange });
  }

  #join() {
    if (this.#channel || !globalThis.BroadcastChannel) return;
    sessionStorage.removeItem(KEY);
    this.#channel = new BroadcastChannel(CHANNEL);
    this.#channel.onmessage = ({ data }) => this.#receive(data);
    this.#callRoll();
    this.#show();
  }

  /** An open channel would keep the page out of the back/forward cache. */
  #leave() {
    sessionStorage.setItem(KEY, JSON.stringify(this.#own));
    this.#post({ closed: this.#own.id });
    this.#channel?.close();
    this.#channel = null;
  }

  /** Removes the tabs that do not respond. */
  #callRoll() {
    const before = new Map(this.#peers);
    this.#announce({ isRollCall: true });
    setTimeout(() => {
      for (const [id, tab] of before) if (this.#peers.get(id) === tab) this.#remove(id);
    }, ROLL_CALL);
  }

  /** @param {Message} [more] */
  #announce(more) {
    this.#post({ tab: this.#own, ahead: aheadBy(), ...more });
  }

  /** @param {Message} message */
  #post(message) {
    this.#channel?.postMessage(message);
  }

  /** @param {Message} message */
  #receive({ tab, ahead, isRollCall, closed, serverChange }) {
    if (ahead) catchUp(ahead);
    if (tab) this.#update(tab);
    if (isRollCall) this.#announce();
    if (closed) this.#remove(closed);
    this.peerReported(serverChange);
  }

  /** @param {Tab} tab */
  #update(tab) {
    this.#peers.set(tab.id, tab);
    if (tab.number === this.#own.number && isOlder(tab, this.#own)) this.#renumber();
    this.#show(tab.id);
  }

  #renumber() {
    this.#own.number = 1 + Math.max(...[...this.#peers.values()].map(({ number }) => number));
    this.#announce();
  }

  /** @param {string} id */
  #remove(id) {
    this.#peers.delete(id);
    this.#show();
  }

  /** @param {string} [changed] */
  #show(changed) {
    const peers = [...this.#peers.values()].sort((a, b) => a.number - b.number);
    this.changed([this.#own, ...peers], changed);
  }
}

/** The entry of the previous page in this tab, which is in the storage only during a reload. */
const storedTab = () => JSON.parse(sessionStorage.getItem(KEY) ?? "{}");

/** Of two tabs with the same number, the older one keeps it. @param {Tab} one @param {Tab} other */
const isOlder = (one, other) => one.openedAt < other.openedAt || (one.openedAt === other.openedAt && one.id < other.id);
