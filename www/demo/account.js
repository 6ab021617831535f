// @ts-check
/** The account: a sign-in form for a guest, a name and a sign-out button for a user. */
import { find } from "./dom.js";
import { errorText } from "./messages.js";

/** @typedef {import("storefront-token-client").Session} Session */
/** @typedef {import("storefront-token-client").SessionChangeReason} SessionChangeReason */
/** @typedef {import("storefront-token-client").TokenClient} TokenClient */
/** @typedef {import("./timeline.js").Timeline} Timeline */

/** DEMO VALUES, also in the storefront's fixtures. @type {Record<string, [username: string, password: string]>} */
const PEOPLE = {
  alice: ["alice@example.com", "demo-password-of-alice"],
  bob: ["bob@example.com", "demo-password-of-bob"],
  wrong: ["alice@example.com", "not-her-password"],
};

/** @type {Partial<Record<SessionChangeReason, [text: string, mood?: string]>>} */
const NOTES = {
  "guest-replaced": ["The server ended the guest's session. You are a new guest with an empty list.", "troubled"],
  "signed-out": ["You are signed out. Your next request creates a guest."],
  "signed-out-elsewhere": ["Your session ended in another tab."],
  "storage-cleared": ["The session was deleted in this browser.", "troubled"],
};

export class Account {
  #form = /** @type {HTMLFormElement} */ (find("#sign-in"));
  #signedIn = find("#signed-in");
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
    this.#signedIn.hidden = !isUser;
    this.#showName(isUser ? "User" : session ? "Guest" : "Nobody");
    find("#session-id").textContent = session?.id ?? "none";
    const userLost = reason === "refresh-rejected" && document.body.dataset.subject === "user";
    if (userLost) this.#say("The server ended the session. Please sign in again.", "troubled");
    const note = reason && NOTES[reason];
    if (note) this.#say(...note);
    document.body.dataset.subject = session?.subject ?? "nobody";
  }

  /** @param {string} name */
  greet(name) {
    this.#showName(name);
  }

  /** @param {string} name */
  #showName(name) {
    for (const element of document.querySelectorAll("[data-name]")) element.textContent = name;
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
      this.#say("Welcome. Your list is in your account now.", "glad");
      find("#sign-out").focus();
    } catch (error) {
      this.#say(`${errorText(error)} Nothing has changed: the session and its list are as before.`, "troubled");
      const why = `${errorText(error)} The session and its list are as before.`;
      this.timeline.add({ tone: "wait", title: "Not signed in", why });
    }
  }

  /** @param {[username: string, password: string]} credentials */
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
