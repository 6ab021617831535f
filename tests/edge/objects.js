// @ts-check
/** Durable Objects. Each name has one instance. Calls cross a network that loses some. Objects crash. */

/** The errors that the runtime throws if a connection broke or an object restarted. */
const connectionLost = () => Object.assign(new Error("Network connection lost."), { retryable: true });

/** @typedef {import("./world.js").World} World */
/** @typedef {{ isDead: boolean, random: () => number, loss: number, losesMessage: () => boolean, onDeath: Set<() => void> }} Caller a request */

export class Objects {
  /** @type {Map<string, DurableObject>} */
  #objects = new Map();

  /** @param {World} world @param {new (ctx: any, env: any) => any} Coordinator */
  constructor(world, Coordinator) {
    this.world = world;
    this.Coordinator = Coordinator;
  }

  /** @param {string} name */
  named(name) {
    const object = this.#objects.get(name) ?? new DurableObject(this.world, name, this.Coordinator);
    this.#objects.set(name, object);
    return object;
  }

  /** All of them lose their memory. */
  crash() {
    for (const object of this.#objects.values()) object.crash();
  }

  /** All connections break. Both ends live on. */
  disconnect() {
    for (const object of this.#objects.values()) object.disconnect();
  }

  /** The binding, as a request has it. @param {Caller} caller */
  bindingFor(caller) {
    return { idFromName: (/** @type {string} */ name) => name, get: (/** @type {string} */ name) => this.named(name).stubFor(caller) };
  }
}

const METHODS = ["getItem", "setItem", "createItem", "removeItem", "withLock"];

class DurableObject {
  /** @type {Map<string, any>} */
  #disk = new Map();
  /** @type {object | null} */
  #alarm = null;
  /** @type {number | null} */
  #alarmAt = null;
  /** @type {any} */
  #instance = null;
  #ready = Promise.resolve();
  /** The functions that break the calls under way. @type {Set<() => void>} */
  #connections = new Set();

  /** @param {World} world @param {string} name @param {new (ctx: any, env: any) => any} Coordinator */
  constructor(world, name, Coordinator) {
    this.world = world;
    this.name = name;
    this.Coordinator = Coordinator;
  }

  #start() {
    if (this.#instance !== null) return this.#instance;
    const storage = this.#storage(() => this.#instance === instance);
    const ctx = { storage, blockConcurrencyWhile: (/** @type {() => Promise<void>} */ task) => void (this.#ready = Promise.resolve().then(task)) };
    const instance = new this.Coordinator(ctx, {});
    return (this.#instance = instance);
  }

  /** An instance that is gone writes no more. @param {() => boolean} isAlive */
  #storage(isAlive) {
    const forever = () => new Promise(() => {});
    const alive = (/** @type {(...args: any[]) => any} */ act) => async (/** @type {any[]} */ ...args) => (isAlive() ? act(...args) : forever());
    return {
      list: async () => new Map(this.#disk),
      put: alive((key, value) => {
        this.world.invariants.written(this.name, key, this.#disk.get(key), value);
        this.#disk.set(key, value);
      }),
      delete: alive((key) => {
        this.world.invariants.deleted(this.name, key);
        this.#disk.delete(key);
      }),
      deleteAll: alive(() => this.#disk.clear()),
      getAlarm: async () => this.#alarmAt,
      setAlarm: alive((at) => this.#setAlarm(at)),
      deleteAlarm: alive(() => this.#setAlarm(null)),
    };
  }

  /** @param {number | null} at */
  #setAlarm(at) {
    const { clock } = this.world;
    if (this.#alarm !== null) clock.cancel(this.#alarm);
    this.#alarmAt = at;
    this.#alarm = at === null ? null : clock.later(at - clock.now, () => this.#ring());
  }

  async #ring() {
    this.#alarm = this.#alarmAt = null;
    const instance = this.#start();
    await this.#ready;
    await instance.alarm();
  }

  crash() {
    this.#instance = null;
    this.disconnect();
  }

  disconnect() {
    for (const breakConnection of this.#connections) breakConnection();
    this.#connections.clear();
  }

  /** @param {Caller} caller */
  stubFor(caller) {
    return Object.fromEntries(METHODS.map((method) => [method, (/** @type {any[]} */ ...args) => this.#call(caller, method, args)]));
  }

  /** @param {Caller} caller @param {string} method @param {any[]} args @returns {Promise<any>} */
  #call(caller, method, args) {
    const { clock } = this.world;
    const delay = () => 1 + caller.random() ** 4 * 1000;
    const isLost = () => caller.losesMessage();
    return new Promise((resolve, reject) => {
      const fail = () => caller.isDead || reject(connectionLost());
      const breakConnection = () => void clock.later(delay(), fail);
      if (caller.isDead) return;
      if (isLost()) return breakConnection();
      clock.later(delay(), async () => {
        if (caller.isDead) return;
        this.#connections.add(breakConnection);
        const task = args.at(-1);
        const given = typeof task === "function" ? [...args.slice(0, -1), this.#callback(caller, task, delay)] : args;
        try {
          const instance = this.#start();
          await this.#ready;
          const result = await instance[method](...given);
          // Nobody gets the response of an instance that is gone.
          if (!this.#connections.delete(breakConnection)) return;
          if (isLost()) return breakConnection();
          clock.later(delay(), () => caller.isDead || resolve(result));
        } catch (error) {
          if (this.#connections.delete(breakConnection)) clock.later(delay(), () => caller.isDead || reject(error));
        }
      });
    });
  }

  /** A function of the caller's, as the object calls it. @param {Caller} caller @param {(...args: any[]) => Promise<any>} task @param {() => number} delay */
  #callback(caller, task, delay) {
    const { clock } = this.world;
    const isAlive = () => !caller.isDead;
    return (/** @type {any[]} */ ...args) =>
      new Promise((resolve, reject) => {
        const breakConnection = () => reject(connectionLost());
        const endWithRequest = () => reject(new Error("The request has ended."));
        this.#connections.add(breakConnection);
        caller.onDeath.add(endWithRequest);
        if (caller.isDead) return endWithRequest();
        clock.later(delay(), () => {
          if (isAlive()) task(...args).then(() => clock.later(delay(), () => isAlive() && resolve(undefined)), reject);
        });
      });
  }
}
