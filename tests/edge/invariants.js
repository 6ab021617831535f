// @ts-check
/** The invariants of every world. */
import { PROPAGATION } from "./namespace.js";
import { sessionIn } from "./request.js";

export class Violation extends Error {}

/** @typedef {import("./model-client.js").Record} Record @typedef {import("./request.js").Request} Request */

export class Invariants {
  /** The exchanges under way. @type {Set<{ request: Request, refresh: string }>} */
  #exchanges = new Set();
  /** When each session's sign-out was acknowledged. @type {Map<string, number>} */
  #signedOutAt = new Map();
  /** @type {{ at: number, request: Request }[]} */
  #signOuts = [];
  /** The object that has each session. @type {Map<string, string>} */
  #objectOf = new Map();
  /** The last record of each object. @type {Map<string, Record>} */
  #lastIn = new Map();
  /** The objects that have a record. @type {Set<string>} */
  #isThere = new Set();
  /** When each object's record was deleted. @type {Map<string, number>} */
  #deletedAt = new Map();
  /** Counts of the events, which show that the worlds are varied. @type {globalThis.Record<string, number>} */
  counts = { tokens: 0, refreshes: 0, signOuts: 0, signIns: 0, rejections: 0, late: 0 };

  /** @param {import("./world.js").World} world */
  constructor(world) {
    this.world = world;
  }

  /** @param {boolean} holds @param {string} name @param {() => string} detail */
  #check(holds, name, detail) {
    if (!holds) this.world.violation ??= new Violation(`${name}: ${detail()}`);
  }

  /** @param {Request} request @param {string} refresh @returns {() => void} to call when the exchange has ended */
  sent(request, refresh) {
    this.counts.refreshes += 1;
    const other = [...this.#exchanges].find((one) => one.refresh === refresh && !one.request.isDead);
    this.#check(other === undefined, "no two exchanges send one refresh token", () => `${refresh} of ${other?.request.name} and ${request.name}`);
    this.#check(this.world.server.familyOf(refresh) !== undefined, "only refresh tokens are sent as such", () => refresh);
    const exchange = { request, refresh };
    this.#exchanges.add(exchange);
    return () => this.#exchanges.delete(exchange);
  }

  /** @param {string} object @param {string} key @param {any} before @param {any} value */
  written(object, key, before, value) {
    if (!key.startsWith("item ")) return;
    /** @type {Record} */
    const record = JSON.parse(value);
    this.#objectOf.set(record.id, object);
    this.#lastIn.set(object, record);
    this.#isThere.add(object);
    /** @type {Record | undefined} */
    const old = before && JSON.parse(before);
    if (!old) return;
    const isSuccessor = old.id === record.id ? record.generation >= old.generation : record.replaces?.split(" ").includes(old.id);
    this.#check(isSuccessor === true, "a newer record is never overwritten", () => `${before} by ${value}`);
  }

  /** @param {string} object @param {string} key */
  deleted(object, key) {
    if (!key.startsWith("item ")) return;
    this.#isThere.delete(object);
    this.#deletedAt.set(object, this.world.clock.now);
  }

  /**
   * A response came. Only a sign-in and a sign-out may replace the cookie of a session that is still stored, with two exceptions:
   * a request without a cookie, whose first guest may replace another guest's cookie; and a refresh, whose renewed cookie may
   * replace another if its session was still stored when the request's calls had ended. A guest's cookie never replaces a user's.
   *
   * @param {Request} request @param {string} cookies the browser's, before the response @param {string} newCookies and after it
   */
  received(request, cookies, newCookies) {
    const [before, after] = [cookies, newCookies].map(sessionIn);
    if (before === undefined) return;
    if (request.session !== before) this.counts.late += 1;
    if (before === after || !this.#isThere.has(before) || ["sign-in", "sign-out"].includes(request.step.kind)) return;
    const subjectIn = (/** @type {string} */ object) => this.#lastIn.get(object)?.subject;
    const isFirst = request.session === undefined && subjectIn(before) === "guest";
    const wentOn = (/** @type {string} */ object) => this.#isThere.has(object) || Number(this.#deletedAt.get(object)) >= request.endedAt;
    const isRenewed = after !== undefined && after === request.session && wentOn(after);
    const isFromUserToGuest = subjectIn(before) === "user" && subjectIn(after ?? "") !== "user";
    this.#check((isFirst || isRenewed) && !isFromUserToGuest, "a late response takes no newer cookie", () => `${request.name}: ${subjectIn(before)} ${before}, ${after}`);
  }

  /** @param {Request} request @param {Record} record */
  gotToken(request, { id }) {
    this.counts.tokens += 1;
    const { isBrowser, hasCache } = this.world.mode;
    const ended = this.#signedOutAt.get(id);
    const isLate = ended !== undefined && request.startedAt > ended + (hasCache ? PROPAGATION : 0);
    this.#check(!isLate, "after a sign-out nobody gets a token of that session", () => `${id}, ${request.name}`);
    const isOwn = !isBrowser || request.began.has(id) || this.#objectOf.get(id) === request.session;
    this.#check(isOwn, "a cookie gives tokens of its own session only", () => `${id}, ${request.name}`);
  }

  /** @param {Request} request @param {Record | null} ended */
  signedOut(request, ended) {
    this.counts.signOuts += 1;
    const { now } = this.world.clock;
    this.#signOuts.push({ at: now, request });
    if (ended) this.#signedOutAt.set(ended.id, this.#signedOutAt.get(ended.id) ?? now);
  }

  /** @param {Request} request @param {number} writeBeganAt */
  signedIn(request, writeBeganAt) {
    this.counts.signIns += 1;
    const isLater = (/** @type {{ at: number, request: Request }} */ { at, request: other }) =>
      other.session === request.session && at < writeBeganAt && request.readAt < other.startedAt;
    const laterSignOut = request.session === undefined ? undefined : this.#signOuts.find(isLater);
    this.#check(laterSignOut === undefined, "a sign-in that is under way does not survive a sign-out", () => `${request.name}, ${laterSignOut?.request.name}`);
  }

  /** @param {string} refresh */
  rejected(refresh) {
    this.counts.rejections += 1;
    const family = this.world.server.familyOf(refresh);
    const isExplained = family === undefined || family.isRevoked || family.mayBeLost;
    this.#check(isExplained, "no session is lost unless a response was lost", () => refresh);
  }
}
