// @ts-check
/** The rest of the access token's lifetime, as a ring that runs down. */
import { find } from "./dom.js";

/** @typedef {import("storefront-token-client").Session} Session */

/** The client refreshes in the last fifth of the lifetime, and not earlier than a minute before its end. */
const DUE_SHARE = 0.2;
const LONGEST_DUE = 60_000;

export class TokenCountdown {
  #root = find("#countdown");
  #number = find("#countdown .number");
  #unit = find("#countdown .unit");
  #text = find("#countdown-text");
  #arc = /** @type {SVGElement} */ (this.#root.querySelector(".arc"));
  #zone = /** @type {SVGElement} */ (this.#root.querySelector(".zone"));
  #reducedMotion = matchMedia("(prefers-reduced-motion: reduce)");
  /** @type {number | null} */
  #expiresAt = null;
  #lifetime = 1;
  #dueShare = DUE_SHARE;
  #drawn = "";

  constructor() {
    const draw = () => {
      this.#draw();
      // Browsers give animation frames only to a visible page.
      if (this.#reducedMotion.matches) setTimeout(draw, 1000);
      else requestAnimationFrame(draw);
    };
    draw();
  }

  get remaining() {
    return this.#expiresAt === null ? 0 : Math.max(0, this.#expiresAt - Date.now());
  }

  /** Milliseconds until the token is certainly due for a refresh. */
  get untilDue() {
    return this.remaining - (this.#lifetime * this.#dueShare) / 2;
  }

  /** @param {Session | null} session @param {number} [lifetime] milliseconds; the remaining time by default */
  show(session, lifetime) {
    this.#expiresAt = session?.expiresAt ?? null;
    this.#lifetime = Math.max(1, lifetime ?? this.remaining, this.remaining);
    this.#dueShare = Math.min(DUE_SHARE, LONGEST_DUE / this.#lifetime);
    this.#zone.style.strokeDasharray = `${percent(this.#dueShare)} 100`;
    this.#drawn = "";
    this.#root.setAttribute("aria-label", this.#label(session));
    this.#draw();
  }

  /** Marks a new token with a short glow. */
  glow() {
    this.#root.classList.remove("glows");
    // Reading the layout between the two restarts the animation.
    void this.#root.offsetWidth;
    this.#root.classList.add("glows");
  }

  /** @param {Session | null} session */
  #label(session) {
    if (!session) return "There is no access token.";
    return `The access token is valid for ${Math.round(this.#lifetime / 1000)} seconds and is refreshed before it expires.`;
  }

  #draw() {
    const { remaining } = this;
    this.#arc.style.strokeDasharray = `${percent(remaining / this.#lifetime)} 100`;
    this.#root.classList.toggle("due", remaining < this.#lifetime * this.#dueShare);
    const [number, unit] = this.#expiresAt === null ? ["–", "no token"] : withUnit(Math.ceil(remaining / 1000));
    if (number + unit === this.#drawn) return;
    this.#drawn = number + unit;
    this.#number.textContent = number;
    this.#unit.textContent = unit;
    this.#text.textContent = this.#explanation(remaining);
  }

  /** @param {number} remaining */
  #explanation(remaining) {
    if (this.#expiresAt === null) return "The first request that needs a token gets one.";
    if (remaining === 0) return "Expired. The client refreshes it before the next use.";
    return "The client refreshes it before it expires.";
  }
}

/** @param {number} seconds */
const withUnit = (seconds) =>
  seconds < 100 ? [String(seconds), "seconds"] : [String(Math.ceil(seconds / 60)), "minutes"];

/** @param {number} share */
const percent = (share) => (Math.min(1, Math.max(0, share)) * 100).toFixed(2);
