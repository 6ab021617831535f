// @ts-check
/** A page that the browser loads before the shopper asks for it, by speculation rules. */
import { find, make } from "./dom.js";

/** @typedef {import("./messages.js").Message} Message */

/** @type {Record<"prerendering" | "shown", Message>} */
const messages = {
  prerendering: {
    tone: "wait",
    title: "Prerendering: nothing is sent to the token endpoint",
    why: "Nobody sees this page yet. It reads the shop with the tab's valid token; its call for a newer one waits.",
  },
  shown: {
    tone: "action",
    title: "You see the page: the call that waited goes on",
    why: "The client reads the tab's own storage again before it sends anything: the session may have changed meanwhile.",
  },
};

/** Has the browser prerender the shop's next page, and shows a link to it in place of the button. */
export function prerenderNextPage() {
  const url = addressOfNextPage();
  const rules = { prerender: [{ urls: [url], eagerness: "immediate" }] };
  document.head.append(make("script", { type: "speculationrules" }, JSON.stringify(rules)));
  const link = find("#next-page");
  link.setAttribute("href", url);
  link.hidden = false;
  link.focus();
  find("[data-fault=prerender]").hidden = true;
}

function addressOfNextPage() {
  const url = new URL(location.href);
  const page = Number(url.searchParams.get("page") ?? 1);
  url.searchParams.set("page", String(page + 1));
  return url.href;
}

/**
 * If the page is prerendered, reports so, and what happens when the shopper sees it.
 *
 * @param {import("./timeline.js").Timeline} timeline
 * @param {() => unknown} call needs a request to the token endpoint
 */
export function reportPrerendering(timeline, call) {
  if (!(/** @type {{ prerendering?: boolean }} */ (document).prerendering)) return;
  timeline.add(messages.prerendering);
  call();
  document.addEventListener("prerenderingchange", () => timeline.add(messages.shown));
}
