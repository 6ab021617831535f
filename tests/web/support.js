// The JavaScript part of the tests' helpers: a server behind a `fetch`, storages, and changes to the page.

import { followRedirects } from "../../src/web/redirects.js";

/** A server that sends the responses it is given, and otherwise grants every request. */
export class Server {
  grants = [];
  calls = [];
  #grantResponses = [];
  #callResponses = [];
  #waiting = [];
  #issued = 0;

  fetch = async (input, init) => {
    const isCall = new Headers(init?.headers ?? input.headers).get("authorization")?.startsWith("Bearer ");
    const request = isCall && new Request(input, init);
    if (!isCall) this.grants.push({ url: input, init });
    // Consumes the body, as sending it would.
    else this.calls.push({ input, init, request, body: request.clone().text(), sent: request.text() });
    this.#waiting = this.#waiting.filter((waits) => !waits());
    const response = (isCall ? this.#callResponses : this.#grantResponses).shift();
    if (typeof response === "function") return response(request || input, init);
    return response ?? new Response(isCall ? "fine" : this.tokens("{}"));
  };

  respondToGrant(response) {
    this.#grantResponses.push(response);
  }

  respondToCall(response) {
    this.#callResponses.push(response);
  }

  /** The next token set: access-1 with refresh-1, access-2 with refresh-2, and so on. */
  tokens(members) {
    const n = ++this.#issued;
    const tokens = { token_type: "Bearer", access_token: `access-${n}`, refresh_token: `refresh-${n}` };
    return JSON.stringify({ ...tokens, expires_in: 3600, ...JSON.parse(members) });
  }

  grantCount() {
    return this.grants.length;
  }

  callCount() {
    return this.calls.length;
  }

  /** Fulfilled when this many token requests have arrived. */
  grantsReach(count) {
    return this.#reaches(() => this.grants.length >= count);
  }

  callsReach(count) {
    return this.#reaches(() => this.calls.length >= count);
  }

  #reaches(isThere) {
    return new Promise((resolve) => {
      const waits = () => isThere() && (resolve(), true);
      if (!waits()) this.#waiting.push(waits);
    });
  }

  url(at) {
    return this.grants[at].url;
  }

  init(at) {
    return this.grants[at].init;
  }

  /** A parameter of a token request, as a server decodes it. */
  param(at, name) {
    return new URLSearchParams(this.grants[at].init.body).get(name) ?? undefined;
  }

  header(at, name) {
    return this.calls[at].request.headers.get(name) ?? undefined;
  }

  body(at) {
    return this.calls[at].body;
  }
}

/** A storage that records its calls, and whose next results can be chosen. */
export class TestStorage {
  log = [];
  items = new Map();
  #next = { getItem: [], setItem: [], removeItem: [] };

  /** Calls `act` at the next call of this method. The call's own work follows, after the promise if `act` returns one. */
  next(method, act) {
    this.#next[method].push(act);
  }

  getItem(key) {
    return this.#do("getItem", key, () => this.items.get(key) ?? null);
  }

  setItem(key, value) {
    return this.#do("setItem", key, () => void this.items.set(key, value));
  }

  removeItem(key) {
    return this.#do("removeItem", key, () => void this.items.delete(key));
  }

  #do(method, key, work) {
    this.log.push(method);
    const before = this.#next[method].shift()?.();
    if (before === undefined) return work();
    return before.then(() => {
      this.log.push(`${method} done`);
      return work();
    });
  }

  entries() {
    return [...this.items.values()];
  }

  put(key, value) {
    this.items.set(key, value);
  }

  logged() {
    return this.log.join(", ");
  }
}

/** A promise to be settled from outside. */
export class Gate {
  constructor() {
    this.promise = new Promise((open, fail) => Object.assign(this, { open, fail }));
  }
}

export function reply(status, body, headers) {
  return new Response(body, { status, headers: JSON.parse(headers) });
}

/** A response of `count` chunks of 64 KiB; `counter` records the chunks that were read. */
export function flood(count, counter) {
  counter.pulled = 0;
  const chunk = new Uint8Array(1 << 16).fill(32);
  const source = {
    pull(controller) {
      if (counter.pulled++ < count) controller.enqueue(chunk);
      else controller.close();
    },
    cancel() {
      counter.cancelled = true;
    },
  };
  return new Response(new ReadableStream(source));
}

/** A response whose connection is lost after `text`. */
export function cut(text) {
  const parts = [new TextEncoder().encode(text)];
  const source = {
    pull(controller) {
      const part = parts.shift();
      if (part) controller.enqueue(part);
      else controller.error(new TypeError("network error"));
    },
  };
  return new Response(new ReadableStream(source));
}

export function stream(text) {
  return new Blob([text]).stream();
}

export function thrower(message) {
  return () => {
    throw new Error(message);
  };
}

export function rejecter(message) {
  return () => Promise.reject(new Error(message));
}

const patches = new Set();

/** Replaces a property of an object. Returns a function that restores it. */
export function patch(target, name, descriptor) {
  const own = Object.getOwnPropertyDescriptor(target, name);
  Object.defineProperty(target, name, { configurable: true, ...descriptor });
  const restore = () => {
    if (!patches.delete(restore)) return;
    if (own) Object.defineProperty(target, name, own);
    else delete target[name];
  };
  patches.add(restore);
  return restore;
}

/** Restores everything, the last change first. */
export function restoreAll() {
  for (const restore of [...patches].reverse()) restore();
}

/** Counts the calls of a method in `counter.calls`, and makes them. */
export function spy(target, name, counter) {
  const real = target[name];
  counter.calls = 0;
  const value = function (...args) {
    counter.calls++;
    return Reflect.apply(real, this, args);
  };
  return patch(target, name, { value, writable: true });
}

/** Lets the event loop turn a few times, so that everything that is ready happens. */
export async function turns() {
  for (let turn = 0; turn < 5; turn++) {
    await new Promise((resolve) => {
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = () => {
        port1.close();
        resolve();
      };
      port2.postMessage(null);
    });
  }
}

export async function isPending(promise) {
  let pending = true;
  const settled = () => (pending = false);
  promise.then(settled, settled);
  await turns();
  return pending;
}

/** Everything that can be read of a value, as a log or a browser extension would. */
export function everythingOf(value) {
  const texts = [String(value), JSON.stringify(value)];
  for (let object = value; object instanceof Object; object = Object.getPrototypeOf(object)) {
    for (const name of Object.getOwnPropertyNames(object)) {
      try {
        const member = value[name];
        texts.push(name, String(member));
        if (member instanceof Error) texts.push(everythingOf(member));
        else if (typeof member === "object") texts.push(JSON.stringify(member));
      } catch {
        // The getter is for other objects, or the member refers to itself.
      }
    }
  }
  return texts.join("\n");
}

/** An object with one member that throws when it is read. */
export function withThrowingGetter(object, name) {
  return Object.defineProperty(object, name, {
    enumerable: true,
    get() {
      throw new Error("not today");
    },
  });
}

/** Fills a storage up. */
export function fill(storage) {
  for (let length = 1 << 22, key = 0; length >= 1; ) {
    try {
      storage.setItem(`ballast ${key}`, "x".repeat(length));
      key++;
    } catch {
      length >>= 1;
    }
  }
}

export function empty(storage) {
  storage.clear();
}

/** The core that was made last. */
let lastCore;

/** A loader of the core for src/js/core-connection.js: `make` is in Rust. */
export function loader(make) {
  class Core {
    constructor(options, front) {
      return (lastCore = make(options, front));
    }
  }
  return () => ({ Core, followRedirects });
}

export function freeLastCore() {
  lastCore.free();
}
