// @ts-check
/**
 * The tabs of the demo, as they tell each other over a channel of the demo's own. It is for show only: what the clients
 * share, they share without it.
 */
import { aheadBy, follow } from "./clock.js";

/**
 * @typedef {object} Line   what is told of one tab
 * @property {string} id
 * @property {number} number    its name, for people
 * @property {number} born      when it was opened
 * @property {string} deed      what its client did last
 * @property {import("./words.js").Tone} tone
 * @property {number} renewed   how often its client had the token renewed
 * @property {number} adopted   how often it took the token that another tab had renewed
 */

/** @typedef {"list" | "bench"} News  what another tab has changed at the server */

/**
 * @typedef {object} Message
 * @property {Line} [line]
 * @property {number} [ahead]   how far the demo's wall clock is set ahead: it is one for all tabs
 * @property {true} [asks]      whoever hears it tells of itself
 * @property {string} [gone]
 * @property {News} [news]
 */

const CHANNEL = "demo.tabs";
const KEY = "demo.tab";
/** How long a tab has to say that it lives, in milliseconds. One that was frozen says it when it wakes. */
const ROLL_CALL = 1000;

/** @type {Omit<Line, "id">} */
const NEWCOMER = { number: 1, born: Date.now(), deed: "came in", tone: "wire", renewed: 0, adopted: 0 };

export class Tabs {
  /** @type {BroadcastChannel | null} */
  #channel = null;
  /** @type {Line} */
  #own = { ...NEWCOMER, ...handedOver(), id: crypto.randomUUID() };
  /** @type {Map<string, Line>} */
  #others = new Map();
  /** Called with all lines, this tab's first, and whose has changed. @type {(lines: Line[], changed?: string) => void} */
  changed = () => {};
  /** Called when another tab did something, and with what it changed. @type {(news?: News) => void} */
  heard = () => {};

  open() {
    this.#join();
    addEventListener("pageshow", () => this.#join());
    addEventListener("pagehide", () => this.#leave());
    document.addEventListener("resume", () => this.#announce());
    document.addEventListener("visibilitychange", () => document.hidden || this.#callRoll());
  }

  /** @param {string} deed @param {import("./words.js").Tone} tone @param {"renewed" | "adopted"} [tally] */
  did(deed, tone, tally) {
    Object.assign(this.#own, { deed, tone });
    if (tally) this.#own[tally] += 1;
    this.#announce();
    this.#show(this.#own.id);
  }

  /** @param {News} news */
  tell(news) {
    this.#post({ news });
  }

  #join() {
    if (this.#channel || !globalThis.BroadcastChannel) return;
    sessionStorage.removeItem(KEY);
    this.#channel = new BroadcastChannel(CHANNEL);
    this.#channel.onmessage = ({ data }) => this.#hear(data);
    this.#callRoll();
    this.#show();
  }

  /** An open channel would keep the page out of the back/forward cache. */
  #leave() {
    sessionStorage.setItem(KEY, JSON.stringify(this.#own));
    this.#post({ gone: this.#own.id });
    this.#channel?.close();
    this.#channel = null;
  }

  #callRoll() {
    const silent = new Map(this.#others);
    this.#announce({ asks: true });
    setTimeout(() => {
      for (const [id, line] of silent) if (this.#others.get(id) === line) this.#forget(id);
    }, ROLL_CALL);
  }

  /** @param {Message} [more] */
  #announce(more) {
    this.#post({ line: this.#own, ahead: aheadBy(), ...more });
  }

  /** @param {Message} message */
  #post(message) {
    this.#channel?.postMessage(message);
  }

  /** @param {Message} message */
  #hear({ line, ahead, asks, gone, news }) {
    if (ahead) follow(ahead);
    if (line) this.#note(line);
    if (asks) this.#announce();
    if (gone) this.#forget(gone);
    this.heard(news);
  }

  /** @param {Line} line */
  #note(line) {
    this.#others.set(line.id, line);
    if (line.number === this.#own.number && isElder(line, this.#own)) this.#renumber();
    this.#show(line.id);
  }

  #renumber() {
    this.#own.number = 1 + Math.max(...[...this.#others.values()].map(({ number }) => number));
    this.#announce();
  }

  /** @param {string} id */
  #forget(id) {
    this.#others.delete(id);
    this.#show();
  }

  /** @param {string} [changed] */
  #show(changed) {
    const others = [...this.#others.values()].sort((a, b) => a.number - b.number);
    this.changed([this.#own, ...others], changed);
  }
}

/** What the page before this one knew, in the same tab: it is put away for the way from one to the other only. */
const handedOver = () => JSON.parse(sessionStorage.getItem(KEY) ?? "{}");

/** Of two tabs with one number, both see which of them keeps it. @param {Line} one @param {Line} other */
const isElder = (one, other) => one.born < other.born || (one.born === other.born && one.id < other.id);
