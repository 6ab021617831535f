// @ts-check
// The recorder: a session that was lost is recorded without a secret, and the packed program tells its story.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { pathToFileURL } from "node:url";
import { createStorefront } from "../../www/storefront/testing.js";
import { install } from "../support/package.js";

const { project, remove } = install();
after(remove);

/** @type {typeof import("../../src/js/entries/recorder.js")} */
let recorder;
before(async () => {
  const entry = join(project, "recorder.mjs");
  writeFileSync(entry, 'export * from "storefront-token-client/recorder";');
  recorder = /** @type {any} */ (await import(pathToFileURL(entry).href));
});

/** Every text of the requests and the responses that is a secret. @type {Set<string>} */
const secrets = new Set();

/** Notes the secrets that pass. @param {typeof fetch} fetch @returns {typeof fetch} */
const noting = (fetch) => async (input, init) => {
  const request = new Request(input, init);
  const sent = new URLSearchParams(await request.clone().text());
  for (const name of ["username", "password", "client_secret", "refresh_token", "otp"]) note(sent.get(name));
  const response = await fetch(request);
  const received = await response.clone().json().catch(() => ({}));
  for (const name of ["access_token", "refresh_token"]) note(received[name]);
  return response;
};

/** @param {string | null | undefined} secret */
function note(secret) {
  if (secret) secrets.add(secret);
}

/** A session whose refresh was rejected after the response to an earlier one was lost. @returns {Promise<string>} */
async function lostSession() {
  const shop = await createStorefront();
  const { tokenEndpoint, clientId, username, password } = shop;
  const fetch = noting(shop.fetch);
  const auth = new recorder.TokenClient({ tokenEndpoint, clientId, clientSecret: shop.clientSecret, server: "oro", fetch });
  assert.equal(auth.recording(), null);
  await auth.signIn({ username, password, parameters: { otp: "one-time-473921" } });
  note(username);
  note(password);
  shop.set({ fault: { kind: "drop-after", grant: "refresh_token", count: 1 } });
  await assert.rejects(auth.getAccessToken({ forceRefresh: true }), { code: "network" });
  await assert.rejects(auth.getAccessToken({ forceRefresh: true }), { code: "login_required" });
  const recording = auth.recording();
  auth.dispose();
  assert.equal(auth.recording(), null);
  return recording ?? "";
}

/** @param {string[]} args */
function program(...args) {
  const { status, stdout, stderr } = spawnSync("npx", ["--offline", "storefront-token-client", ...args], { cwd: project, encoding: "utf8" });
  return { status, stdout, stderr: stderr.trim() };
}

/** The program's reply to a file with this text. @param {string} text */
function replayed(text) {
  writeFileSync(join(project, "recording.json"), text);
  return program("replay", "recording.json");
}

/** @type {string} */
let recording;
before(async () => (recording = await lostSession()));

test("a recording contains no secret of any request, in any encoding", () => {
  assert.ok(secrets.size >= 5, [...secrets].join());
  for (const secret of secrets)
    for (const written of [secret, encodeURIComponent(secret), new URLSearchParams([["", secret]]).toString().slice(1), Buffer.from(secret).toString("base64"), Buffer.from(secret).toString("base64url"), JSON.stringify(secret).slice(1, -1)])
      assert.ok(!recording.includes(written), `${written} is in the recording`);
});

test("the program tells the story of a session that was lost, with the rules that decided", () => {
  const { status, stdout, stderr } = replayed(recording);
  assert.deepEqual([status, stderr], [0, ""]);
  const story = [
    "the application signs username-A in",
    "stores access-token-A and refresh-token-A before anybody gets them (README, promise 4)",
    "sessionchange, signed-in: a user has signed in",
    "sends refresh-token-A to be refreshed",
    "there is no response",
    "keeps the session: no response came, which says nothing of the refresh token (README, promise 1)",
    "the server responds 401: invalid_request",
    "does not end the session yet: reads the storage",
    "sessionchange, refresh-rejected: the server says that the refresh token is no longer valid",
    "The response to an earlier refresh was lost",
    "no difference",
  ];
  let at = 0;
  for (const line of story) {
    const found = stdout.indexOf(line, at);
    assert.ok(found >= 0, `"${line}" does not follow in:\n${stdout}`);
    at = found;
  }
});

test("the same story is told in a page", async () => {
  const { story, differences } = await recorder.replay(recording);
  assert.equal(differences, 0);
  assert.equal(`${story}\n`, replayed(recording).stdout);
});

test("the replay of a recording that differs from the core's decisions fails, and shows where", () => {
  const { status, stdout } = replayed(recording.replace("sessionchange refresh-rejected", "sessionchange expired"));
  assert.equal(status, 1);
  assert.match(stdout, /DIFFERS\. Recorded: .*sessionchange expired/);
  assert.match(stdout, /1 of \d+ inputs differ/);
});

const version = /"version":"([^"]*)"/;
const unusable = {
  "a file that is no JSON": ["Dear support,", /This is no recording of storefront-token-client\.$/],
  "JSON of somebody else": ["{}", /This is no recording of storefront-token-client\.$/],
  "a recording that is cut off": [() => recording.slice(0, recording.length / 2), /The recording is cut off: it ends in the middle\.$/],
  "a recording of another layout": [() => recording.replace('"layout":1', '"layout":2').replace(version, '"version":"9.1.0"'), /Version 9\.1\.0 wrote the recording, and this is version .* npx storefront-token-client@9\.1\.0 replay FILE\.$/],
  "a recording that was changed": [() => recording.replace('"inputs":[', '"inputs":[7,'), /The recording is damaged: /],
};
for (const [name, [text, problem]] of Object.entries(unusable))
  test(`${name} fails with one sentence that says why`, () => {
    const { status, stdout, stderr } = replayed(typeof text === "function" ? text() : /** @type {string} */ (text));
    assert.deepEqual([status, stdout], [1, ""]);
    assert.match(stderr, /** @type {RegExp} */ (problem));
    assert.equal(stderr.split("\n").length, 1);
  });

test("a file that is missing, and a command that is unknown, fail with a sentence that says why", () => {
  assert.match(program("replay", "missing.json").stderr, /^missing\.json cannot be read: ENOENT.*\.$/);
  assert.deepEqual(program("tell"), { status: 1, stdout: "", stderr: "Usage: npx storefront-token-client replay FILE" });
});
