// @ts-check
// A page whose clock moves only when told to, and a token endpoint in it that answers at once, rotates, and takes an
// old token for dead. Runs before the page's scripts.

const START = Date.UTC(2030, 0, 1);
let now = START;
/** @type {Map<number, { at: number, act: () => void }>} */
const timers = new Map();
let lastTimer = 0;

Date.now = () => now;
performance.now = () => now - START;
Object.assign(window, {
  setTimeout: (/** @type {() => void} */ act, delay = 0) => {
    lastTimer += 1;
    timers.set(lastTimer, { at: now + delay, act });
    return lastTimer;
  },
  clearTimeout: (/** @type {number} */ id) => void timers.delete(id),
});

/** Nothing is under way: an exchange holds a lock, or waits for one. */
async function settled() {
  for (;;) {
    const { held, pending } = await navigator.locks.query();
    if (!held?.length && !pending?.length) return;
  }
}

/** Lets time pass, and every timer fire when it is due. @param {number} seconds */
async function pass(seconds) {
  const end = now + seconds * 1000;
  for (;;) {
    const [due] = [...timers].filter(([, { at }]) => at <= end).sort(([, a], [, b]) => a.at - b.at);
    if (!due) break;
    const [id, { at, act }] = due;
    timers.delete(id);
    now = Math.max(now, at);
    act();
    await settled();
  }
  now = end;
}

/** Lets as much time pass as the promise takes. @template Value @param {Promise<Value>} promise */
async function wait(promise) {
  let waiting = true;
  promise.finally(() => (waiting = false));
  for (await settled(); waiting; await settled()) await pass(0.01);
  return promise;
}

const server = { life: 3600, requests: 0, refused: 0, token: "", end: 0 };

/** @param {string} _ @param {{ body: string }} init */
async function answer(_, { body }) {
  const presented = new URLSearchParams(body).get("refresh_token");
  server.requests += 1;
  if (presented && presented !== `refresh ${server.token}`) {
    server.refused += 1;
    return Response.json({ error: "invalid_grant" }, { status: 400 });
  }
  server.token = `access.${server.requests}.${"x".repeat(800)}`;
  server.end = now + server.life * 1000;
  return Response.json({
    token_type: "Bearer",
    expires_in: server.life,
    access_token: server.token,
    refresh_token: `refresh ${server.token}`,
  });
}

/** Whether the server would take it now. @param {string} token */
const isGood = (token) => token === server.token && now < server.end;

const { Instance } = WebAssembly;
/** @type {WebAssembly.Memory | undefined} */
let memory;
WebAssembly.Instance = class extends Instance {
  /** @param {WebAssembly.Module} module @param {WebAssembly.Imports} [imports] */
  constructor(module, imports) {
    super(module, imports);
    memory = Object.values(this.exports).find((value) => value instanceof WebAssembly.Memory);
  }
};

Object.assign(window, { virtual: { pass, wait, server, answer, isGood, memory: () => memory?.buffer.byteLength } });
