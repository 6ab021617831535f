// @ts-check
/** The timeline of events and requests, newest first. A reload keeps it; a duplicated tab and a prerendered page start with an empty one. */
import { timeOfDay } from "./clock.js";
import { find, make } from "./dom.js";

/** @typedef {import("./messages.js").Message} Message */
/** @typedef {Message & { at: number, wire?: string, status?: string, isRetry?: boolean }} Entry */

/** Each page has its own: one that was prerendered may be shown before the previous one has stored its entries. */
const KEY = `demo.timeline${location.search}`;
const MOST_ENTRIES = 80;
const PENDING = "pending";
const ICONS = { action: "☞", good: "✓", wait: "…", bad: "!", request: "→" };

export class Timeline {
  #list = find("#timeline ol");
  #latest = find("#latest");
  /** @type {Entry[]} */
  #entries = [];

  constructor() {
    for (const entry of storedEntries()) this.#show(entry);
    // The entries are in the storage only during a reload, so that a duplicated tab does not copy them.
    addEventListener("pagehide", () => sessionStorage.setItem(KEY, JSON.stringify(this.#entries)));
    addEventListener("pageshow", () => sessionStorage.removeItem(KEY));
  }

  /** @param {Message} message */
  add({ tone, title, why }) {
    this.#show({ tone, title, why, at: Date.now() });
    this.#latest.textContent = title;
  }

  /**
   * @param {{ title: string, wire: string, isRetry: boolean }} request
   * @returns {(status: number | null) => void} to call when it has ended
   */
  addRequest(request) {
    const entry = this.#show({ ...request, tone: "request", at: Date.now(), status: PENDING });
    const badge = find(".status", /** @type {HTMLElement} */ (this.#list.firstElementChild));
    return (status) => {
      entry.status = status === null ? "no response" : String(status);
      badge.replaceWith(statusBadge(entry.status));
    };
  }

  /** @param {Entry} entry */
  #show(entry) {
    this.#entries.push(entry);
    this.#list.prepend(row(entry));
    if (this.#entries.length > MOST_ENTRIES) {
      this.#entries.shift();
      this.#list.lastElementChild?.remove();
    }
    return entry;
  }
}

/** @returns {Entry[]} */
function storedEntries() {
  const entries = JSON.parse(sessionStorage.getItem(KEY) ?? "[]");
  return entries.filter((/** @type {Entry} */ entry) => entry.status !== PENDING);
}

/** @param {Entry} entry */
function row({ tone, title, why, at, wire, status, isRetry }) {
  return make(
    "li",
    { class: `entry ${tone}` },
    make("span", { class: "icon", "aria-hidden": "true" }, ICONS[tone]),
    make(
      "div",
      { class: "what" },
      make("p", { class: "title" }, title, isRetry ? make("span", { class: "retry" }, "sent again") : undefined),
      why ? make("p", { class: "why" }, why) : undefined,
      wire ? make("p", { class: "why" }, make("code", {}, wire)) : undefined,
    ),
    status ? statusBadge(status) : undefined,
    make("time", {}, timeOfDay(at)),
  );
}

/** @param {string} status */
function statusBadge(status) {
  const kind = status === PENDING ? "pending" : /^2/.test(status) ? "success" : "failure";
  return make("span", { class: `status ${kind}` }, status);
}
