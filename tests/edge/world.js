// @ts-check
/** A world: one browser, isolates in several places, Durable Objects, KV and a server. */
import { Clock } from "./clock.js";
import { cookiesAfter } from "../support/cookies.js";
import { randomOf } from "../support/random.js";
import { loadCode } from "./code.js";
import { Invariants } from "./invariants.js";
import { Namespace } from "./namespace.js";
import { Objects } from "./objects.js";
import { Request } from "./request.js";
import { Server } from "./server.js";

/** Milliseconds: longer than an exchange, the hold of a lock, and each wait. */
const AFTERWARDS = 600_000;

/** The world in which the code runs at the moment. @type {World} */
let current;

/** The objects that the package's code finds in place of the host's. */
export const globals = {
  Date: { now: () => current.clock.now, parse: Date.parse },
  performance: { now: () => current.clock.now },
  Math: Object.assign(Object.create(Math), { random: () => current.random() }),
  setTimeout: (/** @type {(value: any) => void} */ run, delay = 0, /** @type {any} */ value) => current.clock.later(delay, () => run(value)),
  clearTimeout: (/** @type {object} */ timer) => current.clock.cancel(timer),
  Response: class {
    headers = new Headers();
  },
  crypto: {
    randomUUID: () => String(current.random()),
    getRandomValues: (/** @type {Uint8Array} */ bytes) => bytes.map(() => Math.floor(current.random() * 256)),
    subtle: { digest: async (/** @type {string} */ _, /** @type {Uint8Array} */ bytes) => bytes },
  },
};

const code = await loadCode(globals);

export class World {
  globals = globals;
  code = code;
  clock = new Clock();
  invariants = new Invariants(this);
  server = new Server(this);
  objects = new Objects(this, code.TokenCoordinator);
  namespace = new Namespace(this);
  /** @type {Error | undefined} */
  violation;
  /** The browser's cookies, as it sends them, the newest last. */
  #cookies = [""];
  /** @type {Request[]} */
  #requests = [];

  /** @param {import("./plan.js").Plan} plan @param {typeof import("storefront-token-client").TokenClient} [TokenClient] without it, a model of it is played */
  constructor(plan, TokenClient) {
    this.plan = plan;
    this.TokenClient = TokenClient;
    this.mode = plan.mode;
    this.random = randomOf(plan.steps[0]?.seed ?? 0);
  }

  /** The browser gets the response. @param {Request} request @param {string[]} lines its headers `Set-Cookie` */
  receive(request, lines) {
    const before = /** @type {string} */ (this.#cookies.at(-1));
    const after = cookiesAfter(before, lines);
    if (lines.length > 0) this.#cookies.push(after);
    this.invariants.received(request, before, after);
  }

  async run() {
    current = this;
    for (const step of this.plan.steps) {
      await this.clock.runUntil(this.clock.now + step.gap);
      this.#take(step);
      if (this.violation) break;
    }
    await this.clock.runUntil(this.clock.now + AFTERWARDS);
    const last = this.#start({ gap: 0, kind: "write", seed: 1, place: 0, isOld: false, loss: 0 });
    await this.clock.runUntil(this.clock.now + AFTERWARDS);
    if (!last.isDone) this.violation ??= new Error("a request never ended");
    return this;
  }

  /** @param {import("./plan.js").Step} step */
  #take(step) {
    if (step.kind === "crash") this.objects.crash();
    else if (step.kind === "disconnect") this.objects.disconnect();
    else if (step.kind === "kill") this.#requests.filter(({ isDone, isDead }) => !isDone && !isDead).at(-1)?.die();
    else this.#start(step);
  }

  /** @param {import("./plan.js").Step} step */
  #start(step) {
    const cookies = this.#cookies;
    const cookie = step.isOld ? cookies[step.seed % cookies.length] : /** @type {string} */ (cookies.at(-1));
    const request = new Request(this, step, cookie);
    this.#requests.push(request);
    request.run().catch((error) => (this.violation ??= error));
    return request;
  }
}
