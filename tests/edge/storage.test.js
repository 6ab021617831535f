// @ts-check
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { importPackage } from "../support/package.js";
import { loadCode } from "./code.js";

const { client: library, remove } = await importPackage();
after(remove);
const { durableObjectStorage } = await loadCode({});

test("a client moves another client's record once, although the lock brings the record as it was before", async (t) => {
  const foreign = JSON.stringify({ version: 99, id: "another" });
  const items = new Map([["shop", foreign]]);
  /** Called when the removal has arrived. */
  let removalArrives = () => {};
  const removed = new Promise((resolve) => (removalArrives = () => resolve(undefined)));
  /** Called when the client has the lock. */
  let lockArrives = () => {};
  const locked = new Promise((resolve) => (lockArrives = () => resolve(undefined)));
  const storage = durableObjectStorage({
    getItem: async (/** @type {string} */ key) => ({ item: items.get(key) ?? null, signOutAt: 0 }),
    setItem: async (/** @type {string} */ key, /** @type {string} */ item) => (items.set(key, item), true),
    async removeItem(/** @type {string} */ key) {
      items.delete(key);
      removalArrives();
      await locked;
      return { isRemoved: true, signOutAt: 0 };
    },
    // The message about the lock was sent before the removal arrived, and is slower.
    async withLock(/** @type {string} */ _, /** @type {unknown} */ claim, /** @type {(what: string, item: string | null) => Promise<void>} */ task) {
      const item = items.get("shop") ?? null;
      if (item) await removed;
      const running = task("run", item);
      lockArrives();
      await running;
    },
  });
  const client = new library.TokenClient({
    tokenEndpoint: "https://shop.example/token",
    clientId: "shop",
    guest: { username: "guest", password: "guest" },
    storage,
    storageKey: "shop",
    fetch: async () => Response.json({ token_type: "Bearer", access_token: "a", refresh_token: "r", expires_in: 3600 }),
  });
  t.after(() => client.dispose());
  /** @type {string[]} */
  const reasons = [];
  client.on("sessionchange", ({ reason }) => reasons.push(reason));
  assert.equal(await client.getAccessToken(), "a");
  assert.deepEqual(reasons, ["record-set-aside", "guest-created"]);
  assert.equal(items.get("shop set aside"), foreign);
});
