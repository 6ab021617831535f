// @ts-check
/** How a host has the stories played: in a page, by a server that is asked to, or by a program that plays them all. */
import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:net";
import { clients, users } from "../../www/storefront/index.js";
import { scenarios } from "../support/scenarios.js";
import { launchChromium, openPage } from "../support/browser.js";
import { DrivenPage } from "./webdriver.js";

/**
 * @typedef {import("./project.js").Project} Project
 * @typedef {Record<string, () => Promise<any>>} Tests  by what each promises
 */

const NAMES = Object.keys(scenarios);

/** @param {string} url of the shop */
const settingOf = (url) => ({
  url,
  clientId: clients.storefront.id,
  user: { username: users.alice.username, password: users.alice.password },
  relay: { clientId: clients.confidential.id, clientSecret: clients.confidential.secret },
});

/** @type {ReturnType<typeof launchChromium> | undefined} */
let browser;

export const closeBrowser = async () => (await browser)?.close();

/**
 * In Chromium. The page has been built from app/page.js, and has the shop's origin.
 * @param {Project} project
 * @param {string} url
 * @returns {Promise<Tests>}
 */
export async function inPage(project, url) {
  browser ??= launchChromium();
  const { page, errors, close } = await openPage(await browser);
  project.atEnd(close);
  /** @type {string[]} */
  const fetched = [];
  page.on("request", (request) => request.url().includes(".wasm") && fetched.push(request.url()));
  await page.addInitScript(countStreams);
  const failed = page.waitForEvent("pageerror").then((error) => Promise.reject(error));
  failed.catch(() => {});
  await page.goto(url);
  await Promise.race([page.waitForFunction(() => "app" in globalThis), failed]);
  const setting = settingOf(new URL(url).origin);
  /** @param {string} entry @param {string} story */
  const play = (entry, story) => page.evaluate(playThere, { entry, story, setting });
  return {
    ...each((story) => play("client", story)),
    "fetches no WebAssembly apart": async () => assert.deepEqual(fetched, []),
    "fetches it once with slim, at init(), as a stream": async () => {
      const streams = await page.evaluate(startSlim);
      assert.deepEqual([fetched.length, streams], [1, 1], fetched.join());
      await play("slim", NAMES[0]);
      assert.equal(fetched.length, 1);
    },
    "throws nothing on its own": async () => assert.deepEqual(errors, []),
  };
}

// These run in the page, whose globals TypeScript does not know.

/** Before all else. */
function countStreams() {
  const { compileStreaming } = WebAssembly;
  const page = /** @type {any} */ (globalThis);
  page.streams = 0;
  WebAssembly.compileStreaming = (...args) => {
    page.streams += 1;
    return compileStreaming(...args);
  };
}

/** @param {{ entry: string, story: string, setting: object }} what */
function playThere({ entry, story, setting }) {
  const { app } = /** @type {any} */ (globalThis);
  return app.play(app[entry], story, setting);
}

/** @returns {Promise<number>} the streams */
async function startSlim() {
  const page = /** @type {any} */ (globalThis);
  const { start } = page.app.slim;
  await Promise.all([start(), start()]);
  await start();
  return page.streams;
}

/**
 * In a page of another engine, at the project's index.html.
 * @param {Project} project
 * @param {object} capabilities
 * @param {(port: string) => string[]} driver its command
 * @returns {Promise<Tests>}
 */
export async function byWebDriver(project, capabilities, driver) {
  const port = await freePort();
  project.spawn(driver(String(port)));
  const page = new DrivenPage(port);
  await page.open(capabilities, project.shop.url);
  project.atEnd(() => page.close());
  await page.until('"app" in globalThis');
  const setting = settingOf(project.shop.url);
  return {
    ...each((story) => page.evaluate("app.play(app.client, ...args)", story, setting)),
    "has slim too": async () => {
      await page.evaluate("app.slim.start()");
      await page.evaluate("app.play(app.slim, ...args)", NAMES[0], setting);
    },
  };
}

/**
 * By a server that answers with app/answer.js.
 * @param {Project} project
 * @param {string} url
 * @returns {Tests}
 */
export function byRequest({ shop }, url) {
  return onServer(async (entry, story) => {
    const body = JSON.stringify({ entry, story, setting: settingOf(shop.url) });
    const answer = await fetch(url, { method: "POST", body });
    if (!answer.ok) throw new Error(await answer.text());
  });
}

/**
 * By a program that is given the setting as its argument, and prints as app/play-all.js does.
 * @param {Project} project
 * @param {string[]} command
 * @returns {Promise<Tests>}
 */
export async function byProgram(project, ...command) {
  const printed = await project.run(...command, JSON.stringify(settingOf(project.shop.url)));
  const verdicts = new Map(printed.trim().split("\n").map((line) => JSON.parse(line)));
  return onServer((entry, story) => told(verdicts, `${entry}: ${story}`));
}

/**
 * By a runner of tests, whose report is as Jest's.
 * @param {Project} project
 * @param {string[]} command
 * @returns {Promise<Tests>}
 */
export async function byTestRunner(project, ...command) {
  project.write("setting.json", JSON.stringify(settingOf(project.shop.url)));
  await project.run(...command);
  /** @type {{ testResults: { assertionResults: { title: string, failureMessages: string[] }[] }[] }} */
  const { testResults } = JSON.parse(project.read("report.json"));
  const results = testResults.flatMap(({ assertionResults }) => assertionResults);
  const verdicts = new Map(results.map(({ title, failureMessages }) => [title, failureMessages.join("\n") || null]));
  return each((story) => told(verdicts, story));
}

/** @param {Map<string, string | null>} verdicts what went wrong, or null @param {string} name */
async function told(verdicts, name) {
  assert.ok(verdicts.has(name), "It was not played.");
  const wrong = verdicts.get(name);
  if (wrong) throw new Error(wrong);
}

/** @param {(entry: "client" | "slim" | "relay", story: string) => Promise<unknown>} play @returns {Tests} */
function onServer(play) {
  return {
    ...each((story) => play("client", story)),
    "has slim too": () => play("slim", NAMES[0]),
    "has the relay too": () => play("relay", NAMES[0]),
  };
}

/** @param {(story: string) => Promise<unknown>} play @returns {Tests} */
function each(play) {
  return Object.fromEntries(NAMES.map((story) => [story, () => play(story)]));
}

/** @returns {Promise<number>} */
async function freePort() {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = /** @type {import("node:net").AddressInfo} */ (server.address());
  server.close();
  await once(server, "close");
  return port;
}
