// @ts-check
/** The tabs that live, as a table: who renewed the token, and who adopted it. */
import { find, make } from "./dom.js";

/** @typedef {import("./tabs.js").Line} Line */

const TITLE = document.title;

export class Roster {
  #rows = find("#tabs tbody");

  /** @param {Line[]} lines this tab's first @param {string} [changed] whose is new */
  show([own, ...others], changed) {
    const rows = [own, ...others].map((line) => row(line, line === own, line.id === changed));
    this.#rows.replaceChildren(...rows);
    document.title = own.number === 1 ? TITLE : `${own.number} · ${TITLE}`;
  }
}

/** @param {Line} line @param {boolean} isOwn @param {boolean} isNew */
function row({ number, deed, tone, renewed, adopted }, isOwn, isNew) {
  const here = isOwn ? make("span", { class: "here" }, "here") : undefined;
  return make(
    "tr",
    { class: isNew ? `${tone} new` : tone },
    make("th", { scope: "row" }, `Tab ${number}`, here),
    make("td", { class: "deed" }, deed),
    make("td", {}, String(renewed)),
    make("td", {}, String(adopted)),
  );
}
