// @ts-check
// Gives a page a clock that moves only when a test moves it, and a token endpoint inside the page, which responds at
// once, rotates, and rejects old refresh tokens. Runs before the page's scripts.

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

/** Milliseconds. In its first second a page keeps a lock that it needs no longer. */
const YOUNG = 2000;

/**
 * Resolves when no exchange is in flight: each holds a lock, or waits for one. A young page needs its clock to go on.
 *
 * It asks twice, because an exchange that has just begun asks for its lock only after the first question.
 */
async function settled() {
  for (let quiet = 0; quiet < 2; ) {
    const { held, pending } = await navigator.locks.query();
    if (now < START + YOUNG) return;
    quiet = held?.length || pending?.length ? 0 : quiet + 1;
  }
}

/** Moves the clock on, and fires each timer when it is due. @param {number} seconds */
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

/** Moves the clock on until the promise is settled. @template Value @param {Promise<Value>} promise */
async function wait(promise) {
  let waiting = true;
  promise.finally(() => (waiting = false));
  for (await settled(); waiting; await settled()) await pass(0.01);
  return promise;
}

const server = { lifetime: 3600, requests: 0, rejected: 0, token: "", end: 0 };

/** @param {string} _ @param {{ body: string }} init */
async function respond(_, { body }) {
  const presented = new URLSearchParams(body).get("refresh_token");
  server.requests += 1;
  if (presented && presented !== `refresh ${server.token}`) {
    server.rejected += 1;
    return Response.json({ error: "invalid_grant" }, { status: 400 });
  }
  server.token = `access.${server.requests}.${"x".repeat(800)}`;
  server.end = now + server.lifetime * 1000;
  return Response.json({
    token_type: "Bearer",
    expires_in: server.lifetime,
    access_token: server.token,
    refresh_token: `refresh ${server.token}`,
  });
}

/** Whether the token is valid at the server now. @param {string} token */
const isGood = (token) => token === server.token && now < server.end;

const { instantiate } = WebAssembly;
/** @type {WebAssembly.Memory | undefined} */
let memory;
WebAssembly.instantiate = async (/** @type {any} */ source, /** @type {any} */ imports) => {
  const instantiated = await instantiate(source, imports);
  memory = Object.values(instantiated.instance.exports).find((value) => value instanceof WebAssembly.Memory);
  return instantiated;
};

Object.assign(window, { virtual: { pass, wait, server, respond, isGood, memory: () => memory?.buffer.byteLength } });
