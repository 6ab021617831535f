// @ts-check
/**
 * The timeline: what happened, newest first. It is kept through a reload, which is part of the story, and put away for
 * that time only: a tab that is duplicated has a story of its own.
 */
import { timeOfDay } from "./clock.js";
import { find, make } from "./dom.js";

/** @typedef {import("./words.js").Words} Words */
/** @typedef {Words & { at: number, wire?: string, status?: string, again?: boolean }} Entry */

const KEY = "demo.timeline";
const LONGEST = 80;
const ICONS = { you: "☞", good: "✓", wait: "…", bad: "!", wire: "→" };

export class Timeline {
  #list = find("#timeline ol");
  #latest = find("#latest");
  /** @type {Entry[]} */
  #entries = [];

  constructor() {
    for (const entry of kept()) this.#show(entry);
    addEventListener("pagehide", () => sessionStorage.setItem(KEY, JSON.stringify(this.#entries)));
    addEventListener("pageshow", () => sessionStorage.removeItem(KEY));
  }

  /** @param {Words} words */
  add({ tone, title, why }) {
    this.#show({ tone, title, why, at: Date.now() });
    this.#latest.textContent = title;
  }

  /**
   * A request under way.
   *
   * @param {{ title: string, wire: string, again: boolean }} request
   * @returns {(status: number | null) => void} says how it ended
   */
  addRequest(request) {
    const entry = this.#show({ ...request, tone: "wire", at: Date.now(), status: "waits" });
    const badge = find(".status", /** @type {HTMLElement} */ (this.#list.firstElementChild));
    return (status) => {
      entry.status = status === null ? "no answer" : String(status);
      badge.replaceWith(badgeOf(entry.status));
    };
  }

  /** @param {Entry} entry */
  #show(entry) {
    this.#entries.push(entry);
    this.#list.prepend(rowOf(entry));
    if (this.#entries.length > LONGEST) {
      this.#entries.shift();
      this.#list.lastElementChild?.remove();
    }
    return entry;
  }
}

/** @returns {Entry[]} */
function kept() {
  const entries = JSON.parse(sessionStorage.getItem(KEY) ?? "[]");
  return entries.filter((/** @type {Entry} */ entry) => entry.status !== "waits");
}

/** @param {Entry} entry */
function rowOf({ tone, title, why, at, wire, status, again }) {
  return make(
    "li",
    { class: `entry ${tone}` },
    make("span", { class: "icon", "aria-hidden": "true" }, ICONS[tone]),
    make(
      "div",
      { class: "what" },
      make("p", { class: "title" }, title, again ? make("span", { class: "again" }, "replayed") : undefined),
      why ? make("p", { class: "why" }, why) : undefined,
      wire ? make("p", { class: "why" }, make("code", {}, wire)) : undefined,
    ),
    status ? badgeOf(status) : undefined,
    make("time", {}, timeOfDay(at)),
  );
}

/** @param {string} status */
function badgeOf(status) {
  const mood = status === "waits" ? "pending" : /^2/.test(status) ? "fine" : "unfine";
  return make("span", { class: `status ${mood}` }, status);
}
