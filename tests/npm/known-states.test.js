// @ts-check
// docs/testing.md: a client in a known state, and a mock of it.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { after, describe, test } from "node:test";
import { importPackage, root } from "../support/package.js";

const { client, remove } = await importPackage();
after(remove);

const page = readFileSync(join(root, "docs/testing.md"), "utf8");
const blocks = Array.from(page.matchAll(/```js\n([^]*?)```/g), ([, code]) => code);
/** @param {string} text */
const blockWith = (text) => blocks.find((code) => code.includes(text)) ?? assert.fail(`docs/testing.md has no block with ${text}`);

const [given, ...adoptions] = blockWith("await auth.adopt(tokens").trim().split("\n");
const STATES = [
  { subject: "user", isExpired: false },
  { subject: "guest", isExpired: false },
  { subject: "user", isExpired: true },
];

/** Runs a line of the page. @param {string} code @param {Record<string, unknown>} names */
const run = (code, names) => new Function(...Object.keys(names), `return (async () => { ${code}\n})()`)(...Object.values(names));

describe("a client in a known state", () => {
  assert.equal(adoptions.length, STATES.length);
  adoptions.forEach((adoption, at) =>
    test(adoption, async () => {
      const fetch = () => assert.fail("a request was sent");
      const auth = new client.TokenClient({ tokenEndpoint: "https://shop.example/oauth2-token", fetch });
      await run(`${given}\n${adoption}`, { auth });
      assert.equal(auth.session?.subject, STATES[at].subject);
      assert.equal(Number(auth.session?.expiresAt) <= Date.now(), STATES[at].isExpired);
    }),
  );
});

test("an error for a mock has the class and the members of the client's errors", async () => {
  const auth = await run(`${blockWith("new TokenError")}\nreturn auth;`, { TokenError: client.TokenError });
  await assert.rejects(auth.getAccessToken(), (error) => {
    assert.ok(error instanceof client.TokenError && error instanceof Error);
    assert.deepEqual(error.toJSON(), { name: "TokenError", message: "Nobody is signed in", code: "login_required", transient: false });
    return true;
  });
});
