// The rows that are measured in Chromium. Each library has a browser context of its own: nothing of it is cached for
// another one, and its page is the only one of its origin there.
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { CHROMIUM, launchChromium } from "../../tests/support/browser.js";
import { afterWarmUp, inTurns } from "../turns.js";

/** What DevTools calls slow 4G, and a processor with a quarter of this one's speed. */
const SLOW = { latency: 150, downloadThroughput: 1.6e6 / 8, uploadThroughput: 750e3 / 8, offline: false };
const SLOWER = 4;

/** @param {import("../index.js").Bench} bench */
export async function measureChromium(bench) {
  const browser = await launchChromium({ executablePath: CHROMIUM });
  const stored = await measureSessions(browser, bench, { areTokensCounted: true });
  for (const isSlow of [false, true]) {
    await measureFirstRequests(browser, bench, isSlow);
    const name = `a page with a stored session: import to the token${suffix(isSlow)}`;
    bench.report(name, "ms", await coldPages(browser, bench, isSlow, stored));
  }
  await browser.close();
}

/** What an exchange takes at least. @param {import("../index.js").Bench} bench */
export async function measureExchangeFloors(bench) {
  const browser = await launchChromium({ executablePath: CHROMIUM });
  await measureSessions(browser, bench, { areTokensCounted: false });
  await browser.close();
}

/** What a first request takes at least. @param {import("../index.js").Bench} bench */
export async function measureFirstRequestFloors(bench) {
  const browser = await launchChromium({ executablePath: CHROMIUM });
  for (const isSlow of [false, true]) await measureFirstRequests(browser, bench, isSlow);
  await browser.close();
}

/** Measures pages with a session. Returns what each library stores at a sign-in. */
async function measureSessions(browser, { place, libraries, counts, report }, { areTokensCounted }) {
  const stored = {};
  const sessions = {};
  for (const name of libraries) {
    sessions[name] = await startSession(browser, scriptOf(place, name), place);
    stored[name] = await sessions[name].measure("stored");
  }
  const each = (rounds, task) => afterWarmUp(libraries, rounds, (name) => task(sessions[name]));
  if (areTokensCounted)
    report("getAccessToken() on a valid session", "µs", await each(counts.rounds, async ({ measure }) => 1000 * (await measure("tokens", counts.tokens))));
  report("one sign-in, × fetch", "×", await each(counts.rounds, ({ measure }) => measure("pairedSignIns", counts.signIns)));
  const devTools = await browser.newBrowserCDPSession();
  report("CPU of one exchange cycle", "µs", await each(counts.rounds, async ({ measure }) => {
    const before = await cpuTimeOf(devTools);
    await measure("exchanges", counts.exchanges);
    return (1000 * ((await cpuTimeOf(devTools)) - before)) / counts.exchanges;
  }));
  report("time of one exchange cycle", "µs", await each(counts.rounds, async ({ measure }) => 1000 * (await measure("exchanges", counts.exchanges))));
  for (const name of libraries) await sessions[name].close();
  return stored;
}

async function measureFirstRequests(browser, bench, isSlow) {
  bench.report(`import to the first token request${suffix(isSlow)}`, "ms", await coldPages(browser, bench, isSlow, {}));
}

/** @param {Record<string, [string, string][]>} stored what each library finds in the storage */
const coldPages = (browser, { folder, place, libraries, counts }, isSlow, stored) =>
  inTurns(libraries, counts.cold, (name) => {
    const preloads = name.endsWith("-preloaded") ? partsOf(folder, place, name) : [];
    return coldPage(browser, { place, script: scriptOf(place, name), preloads, isSlow, stored: stored[name] ?? [] });
  });

const suffix = (isSlow) => (isSlow ? ", slow 4G and CPU/4" : "");

const scriptOf = (place, name) => new URL(`/browser/${name}/${name}.js`, place.tokenEndpoint).href;

/** The files that a library loads when it needs them. */
const partsOf = (folder, place, name) =>
  readdirSync(join(folder, "browser", name))
    .filter((file) => file !== `${name}.js`)
    .map((file) => new URL(`/browser/${name}/${file}`, place.tokenEndpoint).href);

async function startSession(browser, script, place) {
  const context = await browser.newContext();
  const page = await context.newPage();
  await page.goto(new URL(place.tokenEndpoint).origin);
  await page.evaluate(async ({ script, place }) => {
    const { startSession } = await import("/browser/session.js");
    globalThis.session = await startSession(script, place);
  }, { script, place });
  const measure = (name, ...args) => page.evaluate(([name, ...args]) => globalThis.session[name](...args), [name, ...args]);
  return { measure, close: () => context.close() };
}

/** The CPU time of all processes of the browser, in milliseconds. */
async function cpuTimeOf(devTools) {
  const { processInfo } = await devTools.send("SystemInfo.getProcessInfo");
  return 1000 * processInfo.reduce((sum, { cpuTime }) => sum + cpuTime, 0);
}

/** With a stored session, the time until the token is there; without one, until a sign-in sends its request. */
async function coldPage(browser, { place, script, preloads, isSlow, stored }) {
  const { origin } = new URL(place.tokenEndpoint);
  const localStorage = stored.map(([name, value]) => ({ name, value }));
  const context = await browser.newContext({ storageState: { cookies: [], origins: [{ origin, localStorage }] } });
  const page = await context.newPage();
  await page.goto(origin);
  if (isSlow) {
    const devTools = await context.newCDPSession(page);
    await devTools.send("Network.enable");
    await devTools.send("Network.emulateNetworkConditions", SLOW);
    await devTools.send("Emulation.setCPUThrottlingRate", { rate: SLOWER });
  }
  const took = await page.evaluate(timeColdPage, { script, preloads, place, isStored: stored.length > 0 });
  await context.close();
  return took;
}

/** Runs in the page. */
async function timeColdPage({ script, preloads, place, isStored }) {
  const { localStorage: storage } = globalThis;
  const requested = new Promise((resolve) => {
    globalThis.fetch = () => (resolve(), new Promise(() => {}));
  });
  const begin = performance.now();
  for (const href of preloads) document.head.append(Object.assign(document.createElement("link"), { rel: "modulepreload", href }));
  const { open } = await import(script);
  const client = await open({ ...place, storage });
  if (isStored && typeof (await client.token()) !== "string") throw new Error("There is no token.");
  if (!isStored) client.signIn();
  if (!isStored) await requested;
  return performance.now() - begin;
}
