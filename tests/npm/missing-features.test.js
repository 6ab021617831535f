// @ts-check
/** The features that a client finds missing outside of pages. */
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { importPackage } from "../support/package.js";

const { client: library, remove } = await importPackage();
after(remove);

const TOKENS = { access_token: "access-0123456789", refresh_token: "refresh-0123456789", token_type: "Bearer", expires_in: 3600 };
const options = { tokenEndpoint: "https://shop.example/token", clientId: "shop", fetch: async () => Response.json(TOKENS) };
const USER = { username: "anna", password: "secret" };

test("`lacks` names a storage that this host does not have, but not memory that the application chose", () => {
  assert.deepEqual(new library.TokenClient({ ...options, storage: "local" }).lacks, ["storage"]);
  for (const storage of ["memory", undefined])
    assert.deepEqual(new library.TokenClient(/** @type {any} */ ({ ...options, ...(storage && { storage }) })).lacks, []);
});

test("`lacks` names locks if clients share a session without them", () => {
  const hasLocks = globalThis.navigator?.locks;
  assert.deepEqual(new library.TokenClient({ ...options, shareAcrossTabs: true }).lacks, hasLocks ? [] : ["locks"]);
});

test("`lacks` names a channel that throws, and the client works without it", async (t) => {
  const { BroadcastChannel } = globalThis;
  t.after(() => (globalThis.BroadcastChannel = BroadcastChannel));
  globalThis.BroadcastChannel = class extends BroadcastChannel {
    postMessage() {
      throw new TypeError("expected i32");
    }
  };
  const client = new library.TokenClient({ ...options, shareAcrossTabs: true });
  t.after(() => client.dispose());
  await client.signIn(USER);
  assert.ok(client.lacks.includes("channel"));
});
