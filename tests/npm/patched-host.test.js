// @ts-check
/** An application may have replaced the host's clocks, timers and random numbers, and call the client in them. */
import assert from "node:assert/strict";
import { after, describe, test } from "node:test";
import { importPackage } from "../support/package.js";

const { client: library, remove } = await importPackage();
after(remove);

/** The functions that an application may replace. @type {[name: string, owner: any, member: string][]} */
const PARTS = [
  ["Date.now", Date, "now"],
  ["performance.now", performance, "now"],
  ["Math.random", Math, "random"],
  ["setTimeout", globalThis, "setTimeout"],
  ["clearTimeout", globalThis, "clearTimeout"],
];

/** The calls that the application makes in the replaced function. @type {Record<string, (client: any) => unknown>} */
const CALLS = {
  "reads the session": (client) => client.session,
  "asks for the session": (client) => client.getSession(),
  "asks for a token": (client) => client.getAccessToken(),
  "refreshes": (client) => client.getAccessToken({ forceRefresh: true }),
  "signs in": (client) => client.signIn({ username: "anna", password: "secret" }),
  "signs out": (client) => client.signOut(),
  "listens": (client) => client.on("sessionchange", () => {})(),
  "disposes of the client": (client) => client.dispose(),
};

/** How a promise ended. @param {any} result @returns {Promise<unknown>} */
const outcome = (result) => Promise.resolve(result).then(() => "fulfilled", (error) => error.code ?? error);

describe("a client works if the application's", () => {
  for (const [name, owner, member] of PARTS)
    for (const [doing, call] of Object.entries(CALLS))
      test(`${name} ${doing}`, async (t) => {
        const client = new library.TokenClient({
          tokenEndpoint: "https://shop.example/token",
          clientId: "shop",
          refresh: "background",
          fetch: async () => Response.json({ token_type: "Bearer", access_token: "a", refresh_token: "r", expires_in: 3600 }),
        });
        const real = owner[member];
        let depth = 0;
        /** @type {Promise<unknown>[]} */
        const within = [];
        owner[member] = (/** @type {any[]} */ ...parameters) => {
          depth += 1;
          try {
            if (depth === 1 && within.length < 50) within.push(outcome(call(client)));
          } finally {
            depth -= 1;
          }
          return real.apply(owner, parameters);
        };
        t.after(() => {
          owner[member] = real;
          client.dispose();
        });
        const signIn = () => client.signIn({ username: "anna", password: "secret" });
        const done = [];
        for (const act of [signIn, client.getAccessToken, client.signOut])
          done.push(await outcome(act()));
        owner[member] = real;
        const codes = ["fulfilled", "signed_out", "login_required", "disposed"];
        const others = [...done, ...(await Promise.all(within))].filter((result) => !codes.includes(/** @type {any} */ (result)));
        assert.deepEqual(others, []);
        assert.ok(within.length > 0, "it was never called");
      });
});

test("a client goes on without the storage's lock once reading `withLock` throws", async (t) => {
  let looks = 0;
  const storage = {
    getItem: () => null,
    setItem() {},
    removeItem() {},
    get withLock() {
      if (looks++ > 0) throw new TypeError("revoked");
      return async (/** @type {string} */ _, /** @type {() => Promise<void>} */ task) => task();
    },
  };
  const fetch = async () => Response.json({ token_type: "Bearer", access_token: "a", refresh_token: "r", expires_in: 3600 });
  const client = new library.TokenClient({ tokenEndpoint: "https://shop.example/token", storage, fetch });
  t.after(() => client.dispose());
  assert.equal((await client.signIn({ username: "anna", password: "secret" })).subject, "user");
  assert.ok(looks > 1);
});
