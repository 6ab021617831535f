// @ts-check
import assert from "node:assert/strict";
import { join } from "node:path";
import { after, test } from "node:test";
import { install } from "../support/package.js";
import { startNamespace } from "./fixtures/kv-namespace.js";
import { startWorkerd } from "../../www/edge/workerd.js";

const { modules, remove } = install();
const namespace = await startNamespace();
const worker = {
  entry: join(import.meta.dirname, "fixtures", "mistakes.worker.js"),
  classes: ["Sessions", "Ageless", "Others"],
  objects: { SESSIONS: "Sessions", AGELESS: "Ageless", OTHERS: "Others" },
  namespaces: { KV: namespace.url },
};
const workerd = await startWorkerd({ worker }, { modules });
after(async () => {
  await workerd.remove();
  namespace.close();
  remove();
});

/** The mistakes, each with the name that the error's message must have. @type {Record<string, string>} */
const NAMED = {
  "no stub": "stub",
  "the namespace in place of a stub": "stub",
  "a function that gives none": "stub",
  "a browser session without options": "cookie",
  "a browser session without its objects": "objects",
  "a browser session with a Durable Object as its cache": "cache",
  "a browser session whose waitUntil is no function": "waitUntil",
  "no namespace": "namespace",
  "a Durable Object in place of KV": "namespace",
  "no session": "session",
  "an empty session": "session",
  "a namespace without a primary": "primary",
  "a primary without a lock": "primary",
  "a lifetime that KV does not take": "expirationTtl",
  "a text that says whether to read KV": "readsCache",
  "a waitUntil that is no function": "waitUntil",
  "a short secret": "secret",
  "no secret in the environment": "secret",
  "an empty array of secrets": "secret",
  "a secret that is no text": "secret",
  "a name with a space": "name",
  "a negative age": "maxAge",
  "an age of no number": "maxAge",
  "no request": "request",
  "headers in place of a request": "request",
  "an id of one's own": "id",
  "a negative age of an object": "maxAge",
};

for (const [name, named] of Object.entries(NAMED))
  test(`${name}: a TypeError names the ${named}`, async () => {
    const { name: type, message } = await ask(name);
    assert.equal(type, "TypeError");
    assert.ok(message.startsWith(`storefront-token-client: ${named} must be`), message);
    assert.ok(!message.includes("short"), "no secret is in it");
  });

test("an object of another class: the runtime says what it lacks, at once", async () => {
  const { name, message } = await ask("an object of another class");
  assert.equal(name, "TypeError");
  assert.match(message, /getItem|RPC/);
});

test("there is a test for each mistake", async () => {
  const mistakes = await (await fetch(workerd.urls.worker)).json();
  assert.deepEqual(mistakes, [...Object.keys(NAMED), "an object of another class"]);
});

/** @param {string} name @returns {Promise<{ name: string, message: string }>} */
async function ask(name) {
  return (await fetch(`${workerd.urls.worker}?${new URLSearchParams({ name })}`)).json();
}
