// @ts-check
/** `storefront-token-client/testing` in the packed package: the suites of docs/testing.md in Vitest, and a shop in Jest and in workerd. */
import assert from "node:assert/strict";
import { cpSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { spawnSync } from "node:child_process";
import { after, suite, test } from "node:test";
import { documents } from "../docs/documents.js";
import { startWorkerd } from "../../www/edge/workerd.js";
import { install } from "../support/package.js";
import { binary, here, tool } from "./project.js";

/** The blocks of docs/testing.md that begin with the name of their file. */
const files = documents
  .filter(({ path }) => path === "docs/testing.md")
  .flatMap(({ blocks }) => blocks)
  .flatMap(({ code }) => Array.from(code.matchAll(/^\/\/ (\S+\.js)\b.*\n/g), ([, name]) => ({ name, code })));
const suites = files.filter(({ name }) => name.endsWith(".test.js"));
const pool = files.filter(({ name }) => name === "vitest.config.js");
const jsdom = files.filter(({ name }) => name === "jsdom-environment.js");

/** For Vitest and Jest, whose tests may take five seconds by default: a busy machine may need more. */
const PATIENT = "--testTimeout=400000";

const { modules, remove } = install();
after(remove);

suite("the suites of docs/testing.md pass in Vitest", { timeout: 400_000 }, () => {
  for (const environment of ["node", "jsdom"]) {
    test(`with the environment ${environment}`, (t) => {
      const folder = mkdtempSync(join(here, ".testing-"));
      t.after(() => rmSync(folder, { recursive: true, force: true }));
      cpSync(modules, join(folder, "node_modules"), { recursive: true });
      writeFileSync(join(folder, "package.json"), '{ "type": "module" }');
      assert.equal(suites.length, 2);
      for (const { name, code } of suites) writeFileSync(join(folder, name), code);
      const [program, ...args] = tool("vitest", "run", "--environment", environment, "--reporter=dot", PATIENT);
      const { status, stdout, stderr } = spawnSync(program, args, { cwd: folder, encoding: "utf8", env: { ...process.env, CI: "1" } });
      assert.equal(status, 0, stdout + stderr);
    });
  }
});

const JEST = `
const { TokenClient } = require("storefront-token-client");
const { createStorefront } = require("storefront-token-client/testing");

test("a shopper who returns after an hour goes on shopping", async () => {
  jest.useFakeTimers({ advanceTimers: true });
  const { tokenEndpoint, clientId, username, password, fetch, apiUrl, counts } = await createStorefront();
  const auth = new TokenClient({ tokenEndpoint, clientId, fetch, server: "oro" });
  await auth.signIn({ username, password });
  await jest.advanceTimersByTimeAsync(3_600_000);
  const response = await auth.fetch(apiUrl);
  expect([response.status, counts.refreshes]).toEqual([200, 1]);
});
`;

for (const environment of ["node", "./jsdom-environment.js"])
  test(`the shop runs in Jest with fake timers, with the environment ${environment}`, { timeout: 400_000 }, (t) => {
    const folder = mkdtempSync(join(here, ".testing-"));
    t.after(() => rmSync(folder, { recursive: true, force: true }));
    cpSync(modules, join(folder, "node_modules"), { recursive: true });
    writeFileSync(join(folder, "package.json"), "{}");
    writeFileSync(join(folder, "shop.test.cjs"), JEST);
    assert.equal(jsdom.length, 1);
    for (const { name, code } of jsdom) writeFileSync(join(folder, name), code);
    const [program, ...args] = tool("jest", "--rootDir", ".", "--testMatch", "**/shop.test.cjs", "--watchman=false", "--env", environment, PATIENT);
    const { status, stderr } = spawnSync(program, args, { cwd: folder, encoding: "utf8", env: { ...process.env, CI: "1" } });
    assert.equal(status, 0, stderr);
  });

/** The body of a test that fakes some of what the client uses, before the shop is made and after the client is signed in. */
const HALF_FAKED = `
  const message = /^setTimeout, clearTimeout are faked, but Date, performance are not: .* Fake Date, performance, setTimeout and clearTimeout together/;
  fakeTimers();
  await expect(createStorefront()).rejects.toThrow(message);
  realTimers();
  const { tokenEndpoint, clientId, username, password, fetch, apiUrl, resolver } = await createStorefront();
  const own = { storage: "memory", shareAcrossTabs: false };
  const auth = new TokenClient({ tokenEndpoint, clientId, fetch, server: "oro", ...own });
  await auth.signIn({ username, password });
  fakeTimers();
  await expect(auth.fetch(apiUrl)).rejects.toThrow(message);
  await expect(resolver({ request: new Request(apiUrl) })).rejects.toThrow(message);
  await expect(auth.getAccessToken({ forceRefresh: true })).rejects.toThrow(message);
  realTimers();
  // In a page without Web Locks, such a client waits for other tabs before it sends its first request.
  const shared = new TokenClient({ tokenEndpoint, clientId, fetch, server: "oro", guest: true });
  fakeTimers();
  for (const call of [() => shared.signIn({ username, password }), () => shared.getAccessToken(), () => shared.fetch(apiUrl)])
    await expect(call()).rejects.toThrow(message);
  realTimers();
  fakeClocks();
  const clocks = /^Date, performance are faked, but setTimeout, clearTimeout are not: /;
  await expect(shared.signIn({ username, password })).rejects.toThrow(clocks);
  realTimers();
  await shared.signIn({ username, password });
  shared.dispose();
  fakeDate();
  expect((await auth.fetch(apiUrl)).status).toBe(200);
  realTimers();
`;

/** Tests for `node:test`, which fakes no `performance`. */
const MOCK_TIMERS = `
import assert from "node:assert/strict";
import { mock, test } from "node:test";
import { TokenClient } from "storefront-token-client";
import { createStorefront } from "storefront-token-client/testing";

for (const [apis, message] of [
  [undefined, /^Date, setTimeout, clearTimeout are faked, but performance is not: .* Fake Date alone: mock.timers.enable/],
  [["setTimeout"], /^setTimeout, clearTimeout are faked, but Date, performance are not: .* Fake Date alone: mock.timers.enable/],
])
  test("mock.timers with these apis are refused: " + (apis ?? "all"), async () => {
    const { tokenEndpoint, clientId, username, password, fetch } = await createStorefront();
    const auth = new TokenClient({ tokenEndpoint, clientId, fetch, server: "oro" });
    mock.timers.enable(apis && { apis });
    await assert.rejects(createStorefront(), { name: "TypeError", message });
    await assert.rejects(auth.signIn({ username, password }), { name: "TypeError", message });
    mock.timers.reset();
    await auth.signIn({ username, password });
  });

test("a shopper who returns after an hour goes on shopping", async () => {
  mock.timers.enable({ apis: ["Date"], now: Date.now() });
  const { tokenEndpoint, clientId, username, password, fetch, apiUrl, counts } = await createStorefront({ settings: { accessLifetime: 3600 } });
  const auth = new TokenClient({ tokenEndpoint, clientId, fetch, server: "oro" });
  await auth.signIn({ username, password });
  mock.timers.tick(3_600_000);
  const response = await auth.fetch(apiUrl);
  assert.deepEqual([response.status, counts.refreshes], [200, 1]);
  mock.timers.reset();
});
`;

for (const [name, program] of Object.entries({ "this Node": process.execPath, "Node 24": binary(`node-linux-${process.arch}/bin/node`) }))
  test(`the shop refuses half-faked timers of node:test, and follows a faked Date, in ${name}`, { timeout: 400_000 }, (t) => {
    const folder = mkdtempSync(join(here, ".testing-"));
    t.after(() => rmSync(folder, { recursive: true, force: true }));
    cpSync(modules, join(folder, "node_modules"), { recursive: true });
    writeFileSync(join(folder, "mock-timers.test.mjs"), MOCK_TIMERS);
    // Node sets the variable for the files of its tests, and a file that finds it reports in another format.
    const { NODE_TEST_CONTEXT: _, ...env } = process.env;
    const { status, stdout, stderr } = spawnSync(program, ["--test", "mock-timers.test.mjs"], { cwd: folder, encoding: "utf8", env });
    assert.equal(status, 0, stdout + stderr);
  });

const RUNNERS = {
  vitest: {
    name: "half-faked.test.js",
    text: `
import { expect, test, vi } from "vitest";
import { TokenClient } from "storefront-token-client";
import { createStorefront } from "storefront-token-client/testing";
const fakeTimers = () => vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
const fakeClocks = () => vi.useFakeTimers({ toFake: ["Date", "performance"] });
const fakeDate = () => vi.useFakeTimers({ toFake: ["Date"] });
const realTimers = () => vi.useRealTimers();
test("half-faked timers are refused", async () => {${HALF_FAKED}});
test("a spy on a faked timer does not count as half-faked", async () => {
  vi.useFakeTimers();
  vi.spyOn(globalThis, "setTimeout");
  await createStorefront();
});
`,
  },
  jest: {
    name: "half-faked.test.cjs",
    text: `
const { TokenClient } = require("storefront-token-client");
const { createStorefront } = require("storefront-token-client/testing");
const fakeTimers = () => jest.useFakeTimers({ legacyFakeTimers: isLegacy, ...(isLegacy ? {} : { doNotFake: ["Date", "performance"] }) });
const fakeClocks = () => jest.useFakeTimers({ doNotFake: ["setTimeout", "clearTimeout"] });
const fakeDate = () => jest.useFakeTimers({ doNotFake: ["performance", "setTimeout", "clearTimeout"] });
const realTimers = () => jest.useRealTimers();
let isLegacy = false;
test("half-faked timers are refused", async () => {${HALF_FAKED}});
test("legacy timers are refused", async () => {
  isLegacy = true;${HALF_FAKED}});
test("a spy on a faked timer does not count as half-faked", async () => {
  jest.useFakeTimers();
  jest.spyOn(globalThis, "setTimeout");
  await createStorefront();
});
`,
  },
};

for (const [environment, runner, options] of /** @type {[string, "vitest" | "jest", string[]][]} */ ([
  ["node", "vitest", ["run", "--environment", "node"]],
  ["jsdom", "vitest", ["run", "--environment", "jsdom"]],
  ["node", "jest", ["--rootDir", ".", "--testMatch", "**/half-faked.test.cjs", "--watchman=false"]],
]))
  test(`the shop refuses half-faked timers in ${runner} with the environment ${environment}`, { timeout: 400_000 }, (t) => {
    const folder = mkdtempSync(join(here, ".testing-"));
    t.after(() => rmSync(folder, { recursive: true, force: true }));
    cpSync(modules, join(folder, "node_modules"), { recursive: true });
    writeFileSync(join(folder, "package.json"), "{}");
    const { name, text } = RUNNERS[runner];
    writeFileSync(join(folder, name), text);
    const [program, ...args] = tool(runner, ...options, PATIENT);
    const { status, stdout, stderr } = spawnSync(program, args, { cwd: folder, encoding: "utf8", env: { ...process.env, CI: "1" } });
    assert.equal(status, 0, stdout + stderr);
  });

const WORKER = `
import { TokenClient } from "storefront-token-client";
import { createStorefront } from "storefront-token-client/testing";

export default {
  async fetch() {
    const { tokenEndpoint, clientId, username, password, fetch, expire, apiUrl, counts } = await createStorefront();
    const auth = new TokenClient({ tokenEndpoint, clientId, fetch, server: "oro" });
    await auth.signIn({ username, password });
    expire();
    const { status } = await auth.fetch(apiUrl);
    return Response.json({ status, refreshes: counts.refreshes });
  },
};
`;

test("the shop runs in workerd without Node's modules", { timeout: 400_000 }, async (t) => {
  const folder = mkdtempSync(join(here, ".testing-"));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const entry = join(folder, "worker.js");
  writeFileSync(entry, WORKER);
  const workerd = await startWorkerd({ shop: { entry } }, { modules });
  t.after(() => workerd.remove());
  const response = await fetch(workerd.urls.shop);
  assert.deepEqual(await response.json(), { status: 200, refreshes: 1 }, workerd.printed());
});

const IN_POOL = `
import { expect, test } from "vitest";
import { TokenClient } from "storefront-token-client";
import { createStorefront } from "storefront-token-client/testing";

test("the shop runs in workerd", async () => {
  const { tokenEndpoint, clientId, username, password, fetch, expire, apiUrl, counts } = await createStorefront();
  const auth = new TokenClient({ tokenEndpoint, clientId, fetch, server: "oro" });
  await auth.signIn({ username, password });
  expire();
  const { status } = await auth.fetch(apiUrl);
  expect([navigator.userAgent, status, counts.refreshes]).toEqual(["Cloudflare-Workers", 200, 1]);
});
`;

test("the shop runs in the pool of Workers for Vitest", { timeout: 400_000 }, (t) => {
  const folder = mkdtempSync(join(here, ".testing-"));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  cpSync(modules, join(folder, "node_modules"), { recursive: true });
  writeFileSync(join(folder, "package.json"), '{ "type": "module" }');
  assert.equal(pool.length, 1);
  for (const { name, code } of pool) writeFileSync(join(folder, name), code);
  writeFileSync(join(folder, "shop.test.js"), IN_POOL);
  const [program, ...args] = tool("vitest", "run", "--reporter=dot", PATIENT);
  const { status, stdout, stderr } = spawnSync(program, args, { cwd: folder, encoding: "utf8", env: { ...process.env, CI: "1" } });
  assert.equal(status, 0, stdout + stderr);
});
