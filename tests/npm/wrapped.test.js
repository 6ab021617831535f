// @ts-check
/** A client that a framework wraps, destructures or compares, or to which nobody keeps a reference. */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { after, describe, test } from "node:test";
import { promisify } from "node:util";
import { recordingShop } from "../support/origins.js";
import { importPackage, install, NAME } from "../support/package.js";

const { client: library, remove } = await importPackage();
const { project, remove: removeProject } = install();
after(() => (remove(), removeProject()));

const GUEST = { username: "guest", password: "secret" };
const USER = { username: "anna", password: "secret" };
const ADOPTED = { access_token: "adopted", token_type: "Bearer", expires_in: 3600 };

/** @param {import("node:test").TestContext} t @param {object} [options] */
async function made(t, options) {
  const shop = await recordingShop(() => ({}));
  const client = new library.TokenClient({ tokenEndpoint: shop.tokenEndpoint, clientId: "shop", guest: GUEST, ...options });
  t.after(() => (client.dispose(), shop.close()));
  return { shop, client };
}

/** Calls each public member once. @param {any} client @param {string} url */
async function useAll(client, url) {
  const { getSession, signIn, signInAsGuest, adopt, getAccessToken, fetch, on, subscribe, signOut, dispose } = client;
  on("sessionchange", () => {})();
  subscribe(() => {})();
  await signIn(USER);
  assert.equal((await getSession()).subject, "user");
  assert.equal(await getAccessToken(), "access-1");
  assert.equal((await fetch(url)).status, 200);
  assert.deepEqual([client.session.subject, client.lacks], ["user", []]);
  await signOut();
  assert.equal((await signInAsGuest()).subject, "guest");
  assert.equal((await adopt(ADOPTED, { subject: "user" })).subject, "user");
  dispose();
  await assert.rejects(getAccessToken(), { code: "disposed" });
}

describe("every public member works", () => {
  test("without the client as its receiver", async (t) => {
    const { client, shop } = await made(t);
    await useAll(client, shop.url);
  });

  test("through a Proxy", async (t) => {
    const { client, shop } = await made(t);
    const get = (/** @type {any} */ target, /** @type {any} */ name, /** @type {any} */ proxy) => Reflect.get(target, name, proxy);
    const proxy = new Proxy(client, { get });
    await useAll(proxy, shop.url);
  });

  test("in a subclass that overrides one", async (t) => {
    class Logged extends library.TokenClient {
      /** @param {any} [options] */
      async getAccessToken(options) {
        return `logged ${await super.getAccessToken(options)}`;
      }
    }
    const shop = await recordingShop(() => ({}));
    const client = new Logged({ tokenEndpoint: shop.tokenEndpoint, clientId: "shop" });
    t.after(() => (client.dispose(), shop.close()));
    await client.signIn(USER);
    const { getAccessToken } = client;
    assert.equal(await getAccessToken(), "logged access-1");
  });
});

describe("a value is the same frozen object until it changes:", () => {
  test("the session", async (t) => {
    const { client } = await made(t);
    /** @type {any[]} */
    const changes = [];
    client.on("sessionchange", ({ session }) => changes.push(session));
    await client.signIn(USER);
    const { session } = client;
    assert.ok(session && Object.isFrozen(session));
    assert.equal(client.session, session);
    assert.equal(await client.getSession(), session);
    assert.equal(changes.at(-1), session);
    await client.getAccessToken({ forceRefresh: true });
    assert.notEqual(client.session, session);
    assert.ok(Object.isFrozen(client.session));
  });

  test("the missing features", async (t) => {
    const { client } = await made(t, { shareAcrossTabs: true });
    assert.ok(Object.isFrozen(client.lacks));
    assert.equal(client.lacks, client.lacks);
  });
});

test("a subscriber is called when it is known that there is no session and after each change, until it unsubscribes", async (t) => {
  const { client } = await made(t);
  let calls = 0;
  const unsubscribe = client.subscribe(() => calls++);
  await client.getSession();
  assert.equal(calls, 1);
  await client.signIn(USER);
  assert.equal(calls, 2);
  await client.getAccessToken({ forceRefresh: true });
  assert.equal(calls, 3);
  unsubscribe();
  await client.signOut();
  assert.equal(calls, 3);
});

test("a client with a timer is not collected as garbage while nothing else holds it", async () => {
  const script = `
    import { TokenClient } from "${NAME}";
    let grants = 0;
    const fetch = async () => {
      if (++grants === 2) console.log("refreshed"), process.exit();
      return Response.json({ access_token: "a" + grants, refresh_token: "r", token_type: "Bearer", expires_in: 6 });
    };
    const options = { tokenEndpoint: "https://shop.example/token", clientId: "shop", refresh: "background", fetch };
    await (() => new TokenClient(options).signIn(${JSON.stringify(USER)}))();
    for (let turn = 0; turn < 10; turn++) await new Promise(setImmediate), gc();
  `;
  const parameters = ["--expose-gc", "--input-type=module", "--eval", script];
  const { stdout } = await promisify(execFile)(process.execPath, parameters, { cwd: project });
  assert.equal(stdout.trim(), "refreshed");
});
