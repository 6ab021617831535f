// @ts-check
/** How a host plays the scenarios: in a page, in a server at each request, in a program, or in a test runner. */
import assert from "node:assert/strict";
import { clients, users } from "../../www/storefront/index.js";
import { scenarios } from "../support/scenarios.js";
import { launchChromium, openPage } from "../support/browser.js";
import { freePort } from "../support/free-port.js";
import { DrivenPage } from "./webdriver.js";

/**
 * @typedef {import("./project.js").Project} Project
 * @typedef {Record<string, () => Promise<any>>} Tests  by their names
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
 * Plays in Chromium, in a page that was built from app/page.js and has the shop's origin.
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
  const failed = page.waitForEvent("pageerror").then((error) => Promise.reject(error));
  failed.catch(() => {});
  await page.goto(url);
  await Promise.race([page.waitForFunction(() => "app" in globalThis), failed]);
  const setting = settingOf(new URL(url).origin);
  /** @param {string} entry @param {string} scenario */
  const play = (entry, scenario) => page.evaluate(playHere, { entry, scenario, setting });
  return {
    ...each((scenario) => play("client", scenario)),
    "works with slim": () => play("slim", NAMES[0]),
    "fetches no WebAssembly file": async () => assert.deepEqual(fetched, []),
    "has no uncaught error": async () => assert.deepEqual(errors, []),
  };
}

/** Runs in the page, whose globals TypeScript does not know. @param {{ entry: string, scenario: string, setting: object }} given */
function playHere({ entry, scenario, setting }) {
  const { app } = /** @type {any} */ (globalThis);
  return app.play(app[entry], scenario, setting);
}

/**
 * Plays in the project's index.html in another engine.
 * @param {Project} project
 * @param {object} capabilities
 * @param {(port: string) => string[]} driver  its command
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
    ...each((scenario) => page.evaluate("app.play(app.client, ...args)", scenario, setting)),
    "works with slim": () => page.evaluate("app.play(app.slim, ...args)", NAMES[0], setting),
  };
}

/**
 * Plays in a server that responds with app/respond.js.
 * @param {Project} project
 * @param {string} url
 * @returns {Tests}
 */
export function byRequest({ shop }, url) {
  return onServer(async (entry, scenario) => {
    const body = JSON.stringify({ entry, scenario, setting: settingOf(shop.url) });
    const response = await fetch(url, { method: "POST", body });
    if (!response.ok) throw new Error(await response.text());
  });
}

/**
 * Plays in a program that takes the setting as its argument and prints as app/play-all.js does.
 * @param {Project} project
 * @param {string[]} command
 * @returns {Promise<Tests>}
 */
export async function byProgram(project, ...command) {
  const printed = await project.run(...command, JSON.stringify(settingOf(project.shop.url)));
  const results = new Map(printed.trim().split("\n").map((line) => JSON.parse(line)));
  return onServer((entry, scenario) => check(results, `${entry}: ${scenario}`));
}

/**
 * Plays in a test runner whose report has the format of Jest's.
 * @param {Project} project
 * @param {string[]} command
 * @returns {Promise<Tests>}
 */
export async function byTestRunner(project, ...command) {
  project.write("setting.json", JSON.stringify(settingOf(project.shop.url)));
  await project.run(...command);
  /** @type {{ testResults: { assertionResults: { title: string, failureMessages: string[] }[] }[] }} */
  const { testResults } = JSON.parse(project.read("report.json"));
  const assertions = testResults.flatMap(({ assertionResults }) => assertionResults);
  const results = new Map(assertions.map(({ title, failureMessages }) => [title, failureMessages.join("\n") || null]));
  return each((scenario) => check(results, scenario));
}

/** @param {Map<string, string | null>} results  the error of each scenario, or null @param {string} name */
async function check(results, name) {
  assert.ok(results.has(name), "The scenario was not played.");
  const error = results.get(name);
  if (error) throw new Error(error);
}

/** @param {(entry: "client" | "slim" | "relay", scenario: string) => Promise<unknown>} play @returns {Tests} */
function onServer(play) {
  return {
    ...each((scenario) => play("client", scenario)),
    "works with slim": () => play("slim", NAMES[0]),
    "works with the relay": () => play("relay", NAMES[0]),
  };
}

/** @param {(scenario: string) => Promise<unknown>} play @returns {Tests} */
function each(play) {
  return Object.fromEntries(NAMES.map((scenario) => [scenario, () => play(scenario)]));
}
