// @ts-check
/** The client's recording of this page: its story in plain words, and the recording itself as a file. */
import { replay } from "storefront-token-client/recorder";
import { find } from "./dom.js";

const NOTHING_YET = "Nothing was recorded yet: the client's core is loaded when the page is idle.";

/** @param {{ recording(): string | null }} auth */
export function offerStory(auth) {
  const dialog = /** @type {HTMLDialogElement} */ (find("#story"));
  const text = find("pre", dialog);
  const link = /** @type {HTMLAnchorElement} */ (find("a", dialog));
  find("#why").addEventListener("click", async () => {
    const recording = auth.recording();
    text.textContent = recording === null ? NOTHING_YET : (await replay(recording)).story;
    URL.revokeObjectURL(link.href);
    link.href = URL.createObjectURL(new Blob([recording ?? ""], { type: "application/json" }));
    dialog.showModal();
    // The end of the session is at the end of the story.
    text.scrollTop = text.scrollHeight;
  });
}
