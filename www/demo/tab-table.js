// @ts-check
/** The table of open tabs: which one refreshed the token, and which ones received it. */
import { find, make } from "./dom.js";

/** @typedef {import("./tabs.js").Tab} Tab */

const TITLE = document.title;

export class TabTable {
  #rows = find("#tabs tbody");

  /** @param {Tab[]} tabs this tab first @param {string} [changed] the id of a tab */
  show([own, ...peers], changed) {
    const rows = [own, ...peers].map((tab) => row(tab, tab === own, tab.id === changed));
    this.#rows.replaceChildren(...rows);
    document.title = own.number === 1 ? TITLE : `${own.number} · ${TITLE}`;
  }
}

/** @param {Tab} tab @param {boolean} isOwn @param {boolean} isChanged */
function row({ number, lastEvent, tone, refreshed, received }, isOwn, isChanged) {
  const here = isOwn ? make("span", { class: "here" }, "here") : undefined;
  return make(
    "tr",
    { class: isChanged ? `${tone} changed` : tone },
    make("th", { scope: "row" }, `Tab ${number}`, here),
    make("td", { class: "last-event" }, lastEvent),
    make("td", {}, String(refreshed)),
    make("td", {}, String(received)),
  );
}
