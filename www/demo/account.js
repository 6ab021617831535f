// @ts-check
/** Who is shopping: the sign-in form for a visitor, a name and the way out for a customer. */
import { find } from "./dom.js";
import { ofError } from "./words.js";

/** @typedef {import("storefront-token-client").Session} Session */
/** @typedef {import("storefront-token-client").SessionChangeReason} SessionChangeReason */
/** @typedef {import("storefront-token-client").TokenClient} TokenClient */
/** @typedef {import("./timeline.js").Timeline} Timeline */

/** Public, fixed and worthless: see the storefront's fixtures. @type {Record<string, [string, string]>} */
const PEOPLE = {
  alice: ["alice@example.com", "demo-password-of-alice"],
  bob: ["bob@example.com", "demo-password-of-bob"],
  wrong: ["alice@example.com", "not-her-password"],
};

export class Account {
  #form = /** @type {HTMLFormElement} */ (find("#sign-in"));
  #inside = find("#signed-in");
  #note = find("#account .note");

  /** @param {TokenClient} auth @param {Timeline} timeline */
  constructor(auth, timeline) {
    this.auth = auth;
    this.timeline = timeline;
    this.#form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#signIn();
    });
    for (const button of this.#form.querySelectorAll("[data-person]")) {
      button.addEventListener("click", () => this.#fill(PEOPLE[button.getAttribute("data-person") ?? ""]));
    }
    find("#sign-out").addEventListener("click", () => this.auth.signOut());
  }

  /** @param {Session | null} session @param {SessionChangeReason} [reason] */
  show(session, reason) {
    const isUser = session?.subject === "user";
    this.#form.hidden = isUser;
    this.#inside.hidden = !isUser;
    const who = isUser ? "Customer" : session ? "Visitor" : "Nobody";
    for (const place of document.querySelectorAll("[data-who]")) place.textContent = who;
    find("#session-id").textContent = session?.id ?? "none";
    const isEnded = reason === "refresh-rejected" && document.body.dataset.subject === "user";
    if (isEnded) this.#say("The server ended the session. Please sign in again.", "troubled");
    if (reason === "guest-replaced") this.#say("The server ended your visit. This is another, with an empty list.", "troubled");
    if (reason === "signed-out") this.#say("You are signed out. The next thing you do makes a visitor.");
    if (reason === "signed-out-elsewhere") this.#say("You signed out in another tab.");
    if (reason === "storage-cleared") this.#say("The session was cleared away in this browser.", "troubled");
    document.body.dataset.subject = session?.subject ?? "nobody";
  }

  /** @param {string} name */
  greet(name) {
    for (const place of document.querySelectorAll("[data-who]")) place.textContent = name;
  }

  /** @param {string} text @param {string} [mood] */
  #say(text, mood = "") {
    this.#note.textContent = text;
    this.#note.className = `note ${mood}`;
  }

  async #signIn() {
    const { username, password } = Object.fromEntries(new FormData(this.#form));
    this.#say("One moment …");
    try {
      await this.auth.signIn({ username: String(username), password: String(password) });
      this.#form.reset();
      this.#say("Welcome. The list came along.", "glad");
      find("#sign-out").focus();
    } catch (error) {
      this.#say(`${ofError(error)} Nothing has changed: you are who you were, with your list.`, "troubled");
      const why = `${ofError(error)} Whoever was here stays, with their list.`;
      this.timeline.add({ tone: "wait", title: "Not signed in", why });
    }
  }

  /** @param {[string, string]} credentials */
  #fill([username, password]) {
    const fields = this.#form.elements;
    const set = (/** @type {string} */ name, /** @type {string} */ value) => {
      /** @type {HTMLInputElement} */ (fields.namedItem(name)).value = value;
    };
    set("username", username);
    set("password", password);
    find("#sign-in [type=submit]").focus();
  }
}
