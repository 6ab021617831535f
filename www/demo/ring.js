// @ts-check
/** The access token's life, as a ring that runs down. */
import { find } from "./dom.js";

/** @typedef {import("storefront-token-client").Session} Session */

/** The client renews in the last fifth of a life, and at most a minute before its end. */
const DUE_SHARE = 0.2;
const LONGEST_DUE = 60_000;

export class Ring {
  #root = find("#ring");
  #number = find("#ring .number");
  #unit = find("#ring .unit");
  #says = find("#ring-says");
  #arc = /** @type {SVGElement} */ (this.#root.querySelector(".arc"));
  #zone = /** @type {SVGElement} */ (this.#root.querySelector(".zone"));
  #still = matchMedia("(prefers-reduced-motion: reduce)");
  /** @type {number | null} */
  #end = null;
  #life = 1;
  #dueShare = DUE_SHARE;
  #drawn = "";

  constructor() {
    const draw = () => {
      this.#draw();
      // An animation frame comes only while the page is shown; so does a change worth seeing.
      if (this.#still.matches) setTimeout(draw, 1000);
      else requestAnimationFrame(draw);
    };
    draw();
  }

  get remaining() {
    return this.#end === null ? 0 : Math.max(0, this.#end - Date.now());
  }

  /** How long until the token is surely due, by the page's clock. */
  get untilDue() {
    return this.remaining - (this.#life * this.#dueShare) / 2;
  }

  /** @param {Session | null} session @param {number} [life] milliseconds; what is left, if it is not known */
  show(session, life) {
    this.#end = session?.expiresAt ?? null;
    this.#life = Math.max(1, life ?? this.remaining, this.remaining);
    this.#dueShare = Math.min(DUE_SHARE, LONGEST_DUE / this.#life);
    this.#zone.style.strokeDasharray = `${share(this.#dueShare)} 100`;
    this.#drawn = "";
    this.#root.setAttribute("aria-label", this.#label(session));
  }

  /** A new token: the ring says so by a short glow. */
  glow() {
    this.#root.classList.remove("glows");
    // Reading the layout between the two starts the animation again.
    void this.#root.offsetWidth;
    this.#root.classList.add("glows");
  }

  /** @param {Session | null} session */
  #label(session) {
    if (!session) return "There is no access token.";
    return `The access token lives for ${Math.round(this.#life / 1000)} seconds and renews itself.`;
  }

  #draw() {
    const { remaining } = this;
    this.#arc.style.strokeDasharray = `${share(remaining / this.#life)} 100`;
    this.#root.classList.toggle("due", remaining < this.#life * this.#dueShare);
    const [number, unit] = this.#end === null ? ["–", "no token"] : inWords(Math.ceil(remaining / 1000));
    if (number + unit === this.#drawn) return;
    this.#drawn = number + unit;
    this.#number.textContent = number;
    this.#unit.textContent = unit;
    this.#says.textContent = this.#words(remaining);
  }

  /** @param {number} remaining */
  #words(remaining) {
    if (this.#end === null) return "No token until something needs one.";
    if (remaining === 0) return "Over. It is renewed before it is used again.";
    return "It runs down, and renews itself.";
  }
}

/** @param {number} seconds */
const inWords = (seconds) =>
  seconds < 100 ? [String(seconds), "seconds"] : [String(Math.ceil(seconds / 60)), "minutes"];

/** In hundredths of the ring. @param {number} part */
const share = (part) => (Math.min(1, Math.max(0, part)) * 100).toFixed(2);
