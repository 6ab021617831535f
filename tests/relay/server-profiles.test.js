// @ts-check
/** The relay reads a server profile as the core does: tests/rfc/server_profiles.rs plays the same blocks. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, test } from "node:test";
import { tokenRelay } from "storefront-token-client/relay";
import { PAGE } from "./relay-server.js";

/** @typedef {Map<string, string[]>} Block the values of its lines, by their first word */

const ENDPOINT = "https://auth.example/shop/customers/token";

const blocks = readFileSync(new URL("../rfc/server-profiles.txt", import.meta.url), "utf8")
  .split("\n\n")
  .map(read)
  .filter((block) => block.has("profile"));

/** @param {string} text @returns {Block} */
function read(text) {
  const block = new Map();
  for (const line of text.split("\n").filter((line) => line && !line.startsWith("#"))) {
    const [word, rest] = cut(line, " ");
    block.set(word, [...(block.get(word) ?? []), rest]);
  }
  return block;
}

/** @param {string} text @param {string} mark @returns {[before: string, after: string]} */
function cut(text, mark) {
  const [before, ...after] = text.split(mark);
  return [before, after.join(mark)];
}

/** @param {Block} block @param {string} word @returns {[name: string, value: string][]} */
const pairs = (block, word) => (block.get(word) ?? []).map((line) => cut(line, " "));

/**
 * The profile as an application writes it: the option `server`.
 * @param {Block} block
 */
function serverOption(block) {
  /** @type {Record<string, any>} */
  const server = { extends: block.get("profile")?.[0] };
  for (const [word, value] of pairs(block, "line")) {
    const [name, rest] = cut(value, " ");
    if (word === "errors") {
      const rule = Object.fromEntries(rest.split("\t").map((condition) => cut(condition, "=")));
      (server.errors ??= {})[name] = [...(server.errors[name] ?? []), rule];
    } else if (["names", "grants", "guest", "parameters", "headers"].includes(word)) (server[word] ??= {})[name] = rest;
    // An array stands for several lines: the first one counts.
    else server[word] = [...(server[word] ?? []), value];
  }
  return server;
}

/**
 * A relay for this profile, before a server that keeps the requests which come to it.
 * @param {Block} block
 */
function openRelay(block) {
  /** @type {Request[]} */
  const requests = [];
  const given = (/** @type {string} */ name) => block.get(name)?.[0];
  const isError = block.has("error");
  const relay = tokenRelay({
    tokenEndpoint: ENDPOINT,
    server: serverOption(block),
    clientId: given("clientId") ?? (isError ? "shop" : undefined),
    clientSecret: given("clientSecret") ?? (isError ? "s3cret" : undefined),
    allowedOrigins: [PAGE],
    fetch: async (url, init) => {
      requests.push(new Request(url, init));
      return Response.json({});
    },
  });
  return { relay, requests };
}

/** @param {[string, string][]} parameters @param {boolean} [json] */
function post(parameters, json = false) {
  const type = json ? "application/json" : "application/x-www-form-urlencoded";
  const body = json ? JSON.stringify(Object.fromEntries(parameters)) : new URLSearchParams(parameters).toString();
  return new Request(ENDPOINT, { method: "POST", headers: { origin: PAGE, "content-type": type }, body });
}

/** What the Basic scheme carries (RFC 7617 section 2). @param {Block} block */
function basic(block) {
  const encode = (/** @type {string} */ text) => new URLSearchParams([["", text]]).toString().slice(1).replaceAll("+", "%20");
  const way = { encoded: encode, raw: (/** @type {string} */ text) => text }[block.get("basic")?.[0] ?? ""];
  if (!way) return null;
  const identity = [block.get("clientId"), block.get("clientSecret")].map((text) => way(text?.[0] ?? ""));
  return `Basic ${Buffer.from(identity.join(":")).toString("base64")}`;
}

/** For each status and `error`: a request that the relay refuses with them. @type {Record<string, Request>} */
const REFUSED = {
  "403 unauthorized_client": new Request(ENDPOINT, { method: "POST", headers: { origin: "https://evil.example" } }),
  "405 invalid_request": new Request(ENDPOINT, { headers: { origin: PAGE } }),
  "400 unsupported_grant_type": post([["grant_type", "implicit"]]),
  "400 invalid_request": post([["grant_type", "refresh_token"]]),
  "400 invalid_client": post([
    ["grant_type", "refresh_token"],
    ["refresh_token", "def50200"],
    ["client_id", "another"],
  ]),
};

const name = (/** @type {Block} */ block, /** @type {string} */ word) =>
  [...(block.get("profile") ?? []), ...(block.get("line") ?? []), ...(block.get(word) ?? [])].join(" | ");

describe("a token request reaches the server as the core would write it", () => {
  for (const block of blocks.filter((block) => block.has("grant")))
    test(name(block, "grant"), async () => {
      const { relay, requests } = openRelay(block);
      const json = block.has("json");
      const response = await relay(post(pairs(block, "parameter"), json));
      assert.equal(response.status, 200, await response.text());
      const [sent] = requests;
      assert.equal(sent.url, new URL(block.get("endpoint")?.[0] ?? "", ENDPOINT).href);
      assert.equal(sent.headers.get("authorization"), basic(block));
      for (const [header, value] of pairs(block, "header")) assert.equal(sent.headers.get(header), value);
      const body = await sent.text();
      const parameters = json ? Object.entries(JSON.parse(body)) : [...new URLSearchParams(body)];
      assert.deepEqual(parameters, [...pairs(block, "parameter"), ...pairs(block, "added")]);
    });
});

describe("no refusal of the relay is taken for the server's verdict on a session or a user", () => {
  for (const block of blocks.filter((block) => block.has("error")))
    test(name(block, "error"), async () => {
      const [error] = block.get("error") ?? [];
      const response = await openRelay(block).relay(REFUSED[error].clone());
      assert.equal(response.status, Number(error.split(" ")[0]));
      // No rule matches a JSON string.
      const demandsNoHint = (block.get("line") ?? []).some((line) => line.endsWith("hint="));
      // The relay's errors have a hint.
      const isSafe = block.get("means")?.[0] === "nothing" || demandsNoHint;
      assert.equal(typeof (await response.json()), isSafe ? "object" : "string");
    });
});

test("the table holds every word of the grammar", () => {
  const words = new Set(blocks.flatMap((block) => pairs(block, "line").map(([word]) => word)));
  const grammar = ["body", "clientAuthentication", "refreshEndpoint", "guestEndpoint", "names", "grants", "guest"];
  assert.deepEqual([...grammar, "guestTokenParameter", "parameters", "headers", "errors"].filter((word) => !words.has(word)), []);
});
