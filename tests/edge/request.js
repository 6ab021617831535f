// @ts-check
/** One request of a browser, and the Worker that serves it. */
import { CallFailed, ModelClient } from "./model-client.js";
import { randomOf } from "../support/random.js";
import { RealClient } from "./real-client.js";

const MOST_LOST_MESSAGES = 2;

/** The session that the cookies name: a user's comes first. @param {string} cookie */
export function sessionIn(cookie) {
  const [, user] = /__Host-session=(\w+)/.exec(cookie) ?? [];
  const [, guest] = /__Host-session-guest=(\w+)/.exec(cookie) ?? [];
  return user ?? guest;
}

/** @typedef {import("./plan.js").Step} Step */

export class Request {
  isDead = false;
  isDone = false;
  /** @type {Set<() => void>} */
  onDeath = new Set();
  /** The sessions that this request began. @type {Set<string>} */
  began = new Set();
  /** The refresh tokens that it has sent. @type {string[]} */
  sent = [];
  /** When it had read the session for the first time. */
  readAt = Infinity;
  /** When its calls had ended. */
  endedAt = Infinity;
  #losses = 0;

  /** @param {import("./world.js").World} world @param {Step} step @param {string} cookie */
  constructor(world, step, cookie) {
    this.world = world;
    this.step = step;
    this.cookie = cookie;
    this.name = `request${step.seed}`;
    this.place = step.place;
    this.loss = step.loss;
    this.random = randomOf(step.seed);
    this.startedAt = world.clock.now;
    this.method = step.kind === "view" ? "GET" : "POST";
    this.headers = { get: (/** @type {string} */ name) => (name === "Cookie" ? this.cookie : null) };
  }

  /** Some messages are lost. */
  losesMessage() {
    if (this.#losses === MOST_LOST_MESSAGES || this.random() >= this.loss) return false;
    this.#losses += 1;
    return true;
  }

  /** The session's id in the cookie. */
  get session() {
    return sessionIn(this.cookie);
  }

  die() {
    if (this.isDone) return;
    this.isDead = true;
    // The tokens that it got may not be stored.
    for (const refresh of this.sent) this.world.server.lose(refresh);
    for (const endWithRequest of this.onDeath) endWithRequest();
  }

  async run() {
    const { clock, code, mode } = this.world;
    const session = mode.isBrowser ? await code.browserSession(this, this.#bindings()) : { storage: this.#storage() };
    const client = this.#client(session.storage);
    await this.#call(client);
    client.dispose();
    this.endedAt = clock.now;
    const response = mode.isBrowser ? await session.respond(new (this.world.globals.Response)()) : undefined;
    await clock.wait(1 + this.random() ** 4 * 1000);
    if (this.isDead) return;
    this.isDone = true;
    if (response) this.world.receive(this, response.headers.getSetCookie());
  }

  /** @param {any} storage */
  #client(storage) {
    const { TokenClient } = this.world;
    return TokenClient ? new RealClient(this, storage, TokenClient) : new ModelClient(this, storage);
  }

  get isGuestWanted() {
    return ["write", "rejected"].includes(this.step.kind);
  }

  /** @param {ModelClient | RealClient} client */
  async #call(client) {
    const { invariants, clock } = this.world;
    try {
      if (this.step.kind === "sign-out") {
        const ended = await client.signOut();
        if (!this.isDead) clock.later(0, () => invariants.signedOut(this, ended));
      } else {
        const record = await this.#tokenOf(client);
        if (record && !this.isDead) invariants.gotToken(this, record);
      }
    } catch (error) {
      // KV, too, may refuse the write of a sign-out.
      if (!(error instanceof CallFailed) && !/KV|connection/.test(String(error))) throw error;
    }
  }

  /** @param {ModelClient | RealClient} client */
  #tokenOf(client) {
    const { kind } = this.step;
    return kind === "sign-in" ? client.signIn() : client.token({ isRejected: kind === "rejected" });
  }

  #bindings() {
    const { code, mode, namespace, objects } = this.world;
    const waitUntil = () => {};
    const cache = mode.hasCache ? { cache: namespace.bindingFor(this), waitUntil } : {};
    return { cookie: code.sessionCookie(), objects: objects.bindingFor(this), ...cache };
  }

  #storage() {
    const { code, mode, namespace, objects } = this.world;
    const primary = code.durableObjectStorage(() => objects.bindingFor(this).get("session"));
    const readsCache = this.method === "GET";
    return mode.hasCache ? code.kvStorage(namespace.bindingFor(this), "session", { primary, readsCache }) : primary;
  }
}
