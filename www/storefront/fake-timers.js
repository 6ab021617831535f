// @ts-check
/**
 * Fake timers of Vitest, Jest, Sinon and `node:test`. A client measures time by two clocks, and waits by timers: if only some
 * of them are faked, the time that it waits for never comes. So the shop and the clients refuse such a test, and say what to
 * fake.
 */

/** What a client uses. */
const USED = /** @type {const} */ (["Date", "performance", "setTimeout", "clearTimeout"]);

/** What the legacy fake timers of Jest replace with mocks; they leave the clocks alone. */
const LEGACY = /** @type {const} */ (["setTimeout", "clearTimeout", "setInterval", "clearInterval"]);

const ALL =
  "Fake Date, performance, setTimeout and clearTimeout together, as vi.useFakeTimers() and jest.useFakeTimers() do by default; or fake Date alone.";
/** `node:test` cannot fake `performance`. */
const DATE_ALONE = 'Fake Date alone: mock.timers.enable({ apis: ["Date"] }).';

/** @throws {TypeError} if only some of the clocks and timers are faked */
export function refuseHalfFakedTimers() {
  const isLegacy = LEGACY.every(isMock);
  // A spy looks the same over a real and over a fake function, so it is not counted.
  const known = USED.filter((name) => name in globalThis && (isLegacy || !isMock(name)));
  const isFaked = (/** @type {string} */ name) => hasClock(name) || isOfNode(name) || (isLegacy && isMock(name));
  const faked = known.filter(isFaked);
  const real = known.filter((name) => !isFaked(name));
  // Date alone does no harm: the client then sees that the shopper has set the clock.
  if (real.length === 0 || faked.every((name) => name === "Date")) return;
  const are = (/** @type {readonly string[]} */ names) => `${names.join(", ")} ${names.length === 1 ? "is" : "are"}`;
  const remedy = faked.some(isOfNode) ? DATE_ALONE : ALL;
  throw new TypeError(`${are(faked)} faked, but ${are(real)} not: a client would wait for ever. ${remedy}`);
}

/**
 * Sinon also fakes `queueMicrotask`, with which Node reads bodies. Jest fakes that of a test's own global object, which
 * does no harm. So only a try shows whether a body can be read.
 * @throws {TypeError} if no body can be read
 */
export async function refuseStoppedBodies() {
  if (!hasClock("queueMicrotask") || !(/** @type {any} */ (globalThis).process?.versions?.node)) return;
  let isRead = false;
  new Response("x").text().then(() => (isRead = true));
  // Node needs fewer than ten microtasks.
  for (let turn = 0; turn < 100 && !isRead; turn++) await null;
  if (!isRead) {
    const fix = 'toNotFake: ["queueMicrotask", "nextTick"]';
    throw new TypeError(`queueMicrotask is faked, so that this host cannot read the body of a response: a client would wait for ever. Pass ${fix} to useFakeTimers().`);
  }
}

/**
 * Registers the check, under a global symbol, for all clients of this process. A client runs it before each call that it
 * cannot answer from its lease: while it waits for other tabs it sends the shop no request, so the shop alone would not
 * see that the timers are half faked.
 */
export function registerCheckForClients() {
  /** @type {any} */ (globalThis)[Symbol.for("storefront-token-client")] = refuseHalfFakedTimers;
}

/** Whether @sinonjs/fake-timers, which Vitest, Jest and Sinon use, has replaced it. @param {string} name */
const hasClock = (name) => /** @type {any} */ (globalThis)[name].clock !== undefined;

/** Whether `mock.timers` of `node:test` has replaced it. @param {string} name */
const isOfNode = (name) => {
  const { isMock, name: own } = /** @type {any} */ (globalThis)[name];
  return isMock === true || /^bound #\w+Timer$/.test(own);
};

/** @param {string} name */
const isMock = (name) => /** @type {any} */ (globalThis)[name]?._isMockFunction === true;
